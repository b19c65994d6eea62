/** Opens the folded question that a place on the page lies in, where that is not to be seen as it is. */
export function unfoldAt(range: Range): void {
  const folded = range.startContainer.parentElement?.closest('[data-folded]')
  if (!folded) return
  const { bottom, height } = folded.getBoundingClientRect()
  // Its last lines fade out.
  if (folded.scrollHeight <= height + 1 || range.getBoundingClientRect().bottom < bottom - height / 4) return
  // For whoever measures at once; what rendered it hears of it by the event.
  folded.removeAttribute('data-folded')
  folded.dispatchEvent(new Event('scroll'))
}
