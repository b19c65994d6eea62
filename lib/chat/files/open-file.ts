import type { Database } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import { contentDisposition } from '../content-disposition.ts'
import type { FileLook } from './file-contract.ts'
import { savedName } from './file-kinds.ts'
import { findFile, keyOfFile } from './file-rows.ts'
import type { FileStore } from './file-store.ts'
import { imageTypeOf } from './image-looks.ts'

/**
 * A file of the owner's as a response: how it looks, which the site drew itself and a page may show, or the very bytes
 * that came, which a browser only ever saves. Throws {@link SiteError} 404 unless it is the owner's.
 */
export async function openFile(
  { db, store }: { db: Database; store: FileStore },
  owner: string | undefined,
  id: string,
  look: FileLook | undefined,
  ifNoneMatch: string | null,
): Promise<Response> {
  const row = owner === undefined ? undefined : await findFile(db, owner, id)
  if (!row) throw notFound()
  const etag = `"${row.sha256.slice(0, 32)}${look ? `-${look}` : ''}"`
  const headers = {
    // Nothing in it may run or load, whatever a browser takes it for.
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    // Kept by the browser, but asked for each time: whoever sits there next may not see it.
    'cache-control': 'private, no-cache, no-transform',
    etag,
  }
  if (ifNoneMatch === etag) return new Response(null, { status: 304, headers })
  const bytes = await store.get(`${keyOfFile(row)}${look ? `.${look}` : ''}`)
  if (!bytes) throw notFound()
  const mediaType = look ? (imageTypeOf(bytes) ?? 'image/png') : row.media_type
  return new Response(new Uint8Array(bytes), {
    headers: {
      ...headers,
      'content-type': mediaType === 'text/plain' ? 'application/octet-stream' : mediaType,
      'content-disposition': contentDisposition(
        look ? 'inline' : 'attachment',
        savedName({ name: row.name, mediaType: row.media_type }),
      ),
    },
  })
}

const notFound = () => new SiteError(404, 'not_found', 'There is no such file.')
