/** As a `ref`: puts the cursor into the one field of a form that somebody just asked for. */
export function focusFirst(element: HTMLElement | null): void {
  element?.focus()
}
