/** Looked for only where a word begins: tried at every letter, one long word would cost its length squared, which is minutes. */
const ADDRESS = /(?<![^\s<>()[\]"',;:])[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]+/g
/** The store takes no NUL, and no other control character says anything in a short text. */
const CONTROL = /\p{Cc}+/gu

/** The text with every e-mail address taken out and without control characters; null stays null. */
export function dropAddresses(text: string | null): string | null {
  const plain = text?.toWellFormed().replaceAll(CONTROL, ' ') ?? null
  return plain?.includes('@') === true ? plain.replaceAll(ADDRESS, '(address removed)') : plain
}

/** The mail domain of an address, in lower case; null when it is none. The address itself is not kept anywhere. */
export function domainOfAddress(address: string | null | undefined): string | null {
  const domain = /@([\p{L}\p{N}.-]{1,253})>?\s*$/u.exec(address ?? '')?.[1]
  return domain?.toLowerCase() ?? null
}
