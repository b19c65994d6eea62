/** Makes a box as high as its text, where CSS cannot (Safari before 26.2). */
export function growBox(element: HTMLTextAreaElement | null): void {
  if (!element || CSS.supports('field-sizing', 'content')) return
  element.style.height = 'auto'
  const lines = element.offsetHeight - element.clientHeight
  element.style.height = `${element.scrollHeight + lines}px`
}
