import { createHash } from 'node:crypto'
import type { Call } from './call.ts'
import { missingParameter, newId, type Refusal, refuse, standardHeaders, unixNow } from './openai-shapes.ts'
import { type StoredFile, storeFile } from './stored-objects.ts'

async function parseForm(body: Buffer, contentType: string): Promise<FormData | Refusal> {
  try {
    return await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  } catch {
    return refuse(400, 'Could not parse multipart form')
  }
}

/** A file as it is kept. */
export const newFile = (
  id: string,
  filename: string,
  content: Buffer,
  purpose = 'assistants_output',
): StoredFile => ({
  object: {
    id,
    object: 'file',
    bytes: content.length,
    created_at: unixNow(),
    filename,
    purpose,
    status: 'processed',
    sha256: createHash('sha256').update(content).digest('hex'),
  },
  content,
})

/** `POST /v1/files` */
export async function uploadFile({ request, reply, json, stored }: Call): Promise<void> {
  const form = await parseForm(await request.body, request.headers['content-type'] ?? '')
  if (!(form instanceof FormData)) return reply.refuse(form)
  const upload = form.get('file')
  const purpose = form.get('purpose')
  if (!(upload instanceof File)) return reply.refuse(missingParameter('file'))
  if (typeof purpose !== 'string') return reply.refuse(missingParameter('purpose'))

  const content = Buffer.from(await upload.arrayBuffer())
  const file = newFile(newId('file-'), upload.name, content, purpose)
  storeFile(stored, file)
  return json(file.object)
}

const notFound = (id: string): Refusal => refuse(404, `No such File object: ${id}`, 'id')

/** `GET /v1/files` */
export function listFiles({ stored, json }: Call): Promise<void> {
  const data = [...stored.files.values()].map(({ object }) => object)
  return json({
    object: 'list',
    data,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: false,
  })
}

/** `GET /v1/files/{id}` */
export function retrieveFile({ stored, param, json, reply }: Call): Promise<void> {
  const file = stored.files.get(param)
  return file ? json(file.object) : reply.refuse(notFound(param))
}

/** `GET /v1/files/{id}/content`, `GET /v1/containers/{id}/files/{id}/content` */
export function downloadFile({ stored, param, reply }: Call): Promise<void> {
  const file = stored.files.get(param)
  if (!file) return reply.refuse(notFound(param))
  const name = encodeURIComponent(file.object.filename)
  return reply.send(
    200,
    [
      ['content-type', 'application/octet-stream'],
      ['content-disposition', `attachment; filename*=UTF-8''${name}`],
      ...standardHeaders(),
    ],
    file.content,
  )
}

/** `DELETE /v1/files/{id}` */
export function deleteFile({ stored, param, json, reply }: Call): Promise<void> {
  if (!stored.files.delete(param)) return reply.refuse(notFound(param))
  return json({ id: param, object: 'file', deleted: true })
}
