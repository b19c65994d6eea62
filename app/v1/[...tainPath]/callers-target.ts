/** The name of this folder's parameter: one that no caller uses, because Next writes over a caller's own. */
const PARAMETER = 'tainPath'

/**
 * The request target as the caller wrote it, as far as Next lets it be known. Next adds every segment of the path to
 * the query, and takes a final `.rsc` off the path, which the segments in the query still have.
 */
export function callersTarget(url: string): string {
  const { pathname, search, searchParams } = new URL(url)
  const pairs = search.slice(1).split('&')
  const query = pairs.filter((pair) => pair.split('=', 1)[0] !== PARAMETER).join('&')
  const path = restoreSuffix(pathname, searchParams.getAll(PARAMETER).at(-1))
  return query ? `${path}?${query}` : path
}

function restoreSuffix(pathname: string, lastSegment: string | undefined): string {
  // Next has decoded this already, and answered 500 where it could not.
  const left = decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1))
  return lastSegment === `${left}.rsc` ? `${pathname}.rsc` : pathname
}
