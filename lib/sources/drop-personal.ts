const ADDRESS = /[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]+/g

/** The text with every e-mail address taken out; null stays null. */
export function dropAddresses(text: string | null): string | null {
  return text?.replaceAll(ADDRESS, '(address removed)') ?? null
}

/** The mail domain of an address, in lower case; null when it is none. The address itself is not kept anywhere. */
export function domainOfAddress(address: string | null | undefined): string | null {
  const domain = /@([^\s@<>]+)>?\s*$/.exec(address ?? '')?.[1]?.toLowerCase()
  return domain === undefined || domain.length > 253 ? null : domain
}
