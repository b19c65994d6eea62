/**
 * What stands in a box when `text` is put before what was `written` there, of which nothing is lost. One of `beginnings` that stands there
 * already, or `text` itself, gives way to it.
 */
export function beginWith(text: string, written: string, beginnings: readonly string[] = []): string {
  const earlier = [text, ...beginnings].find((beginning) => beginning !== '' && written.startsWith(beginning))
  const rest = written.slice(earlier?.length ?? 0).trimStart()
  return rest === '' || text === '' || text.endsWith('\n') ? text + rest : `${text}\n\n${rest}`
}
