/**
 * Puts text on the clipboard, with its formatted form where that is possible. Resolves to whether it worked; pages on
 * plain http have no clipboard API and use the old command.
 */
export async function copyText(text: string, html?: string): Promise<boolean> {
  try {
    if (html !== undefined && typeof ClipboardItem !== 'undefined') {
      const item = (type: string, content: string) => ({ [type]: new Blob([content], { type }) })
      const forms = { ...item('text/plain', text), ...item('text/html', html) }
      await navigator.clipboard.write([new ClipboardItem(forms)])
    } else await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyByCommand(text)
  }
}

function copyByCommand(text: string): boolean {
  const box = document.createElement('textarea')
  box.value = text
  box.style.cssText = 'position:fixed;opacity:0'
  document.body.append(box)
  box.select()
  const done = document.execCommand('copy')
  box.remove()
  return done
}
