/** Saves a conversation as Markdown. One is sent at once, so the browser's own download will do. */
export function downloadConversation(id: string): void {
  const link = document.createElement('a')
  link.href = `/api/export?format=markdown&conversation=${id}`
  link.download = ''
  link.click()
}
