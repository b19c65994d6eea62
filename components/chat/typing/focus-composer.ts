/**
 * To be called when what has the keyboard is about to go away, so that one can go on writing. Under a finger the screen
 * keyboard stays down.
 */
export function focusComposer(): void {
  if (!matchMedia('(pointer: fine)').matches) return
  document.getElementById('composer')?.focus({ preventScroll: true })
}
