const HERE = 'http://here.invalid'

/**
 * Where to go after signing in: the path that was asked for, if it is one of this site, else the chat. Browsers read
 * backslashes as slashes, drop tabs and line breaks, and resolve dots, so what counts is what the URL standard makes of it.
 */
export function nextPath(asked: string | string[] | undefined): string {
  if (typeof asked !== 'string' || asked.length > 2000 || !asked.startsWith('/')) return '/'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is refused.
  if (/[\u0000-\u0020\u007f\\]/.test(asked) || !URL.canParse(asked, HERE)) return '/'
  const { origin, pathname, search, hash } = new URL(asked, HERE)
  const path = pathname + search + hash
  const isHere = origin === HERE && URL.canParse(path, HERE) && new URL(path, HERE).origin === HERE
  return isHere && !path.startsWith('//') && !/^\/(api|v1)(\/|$)/.test(pathname) ? path : '/'
}
