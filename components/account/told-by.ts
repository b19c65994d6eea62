interface Told {
  path?: string
  code?: string
}

/** The link, or the code, that the routes of the console make. */
export function toldBy(data: unknown): string {
  const { path, code } = data as Told // as those routes answer
  return path === undefined ? (code ?? '') : window.location.origin + path
}
