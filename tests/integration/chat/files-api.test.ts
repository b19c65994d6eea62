import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FILE_NAME_HEADER } from '#lib/chat/files/file-kinds.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { drawing, pdf, photo } from '#tests/support/files.ts'
import { type Site, startNodeSite } from '#tests/support/site.ts'
import { createSiteClient, newQuestion, readRun, type SiteClient } from '#tests/support/site-client.ts'

describe('files over the API', () => {
  let site: Site
  let ada: SiteClient
  beforeAll(async () => {
    site = await startNodeSite({ env: { FILE_MAX_BYTES: '100KB' } })
    ada = createSiteClient(site.url)
  })
  afterAll(() => site.stop())

  const upload = (body: Uint8Array | string | ReadableStream, name = 'a file') =>
    ada.fetch('/api/files', {
      method: 'POST',
      headers: { [FILE_NAME_HEADER]: encodeURIComponent(name), 'content-type': 'application/octet-stream' },
      body: typeof body === 'object' && 'length' in body ? new Uint8Array(body) : body,
      duplex: 'half',
    } as RequestInit) // `duplex` is not in its types

  const fileOf = async (response: Response): Promise<FilePart> => {
    expect(response.status).toBe(201)
    return await response.json()
  }

  it('are read where they are uploaded, and only ever saved by a browser', async () => {
    const paper = await fileOf(await upload(pdf('Silver.'), '镜子 "and" mirrors.pdf'))
    expect(paper).toMatchObject({ name: '镜子 "and" mirrors.pdf', mediaType: 'application/pdf' })
    const page = '<script>alert(document.domain)</script>'
    const script = await fileOf(await upload(page, 'page.html'))
    for (const { fileId } of [paper, script]) {
      const { headers } = await ada.fetch(`/api/files/${fileId}`)
      expect(headers.get('content-disposition')).toMatch(/^attachment; filename="/)
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toContain('private')
    }
    const saved = await ada.fetch(`/api/files/${script.fileId}`)
    expect(saved.headers.get('content-type')).toBe('application/octet-stream')
    expect(await saved.text()).toBe(page)
    const taken = await fileOf(await upload('# Words', 'report.docx'))
    const { headers } = await ada.fetch(`/api/files/${taken.fileId}`)
    expect([taken.name, headers.get('content-disposition')]).toEqual([
      'report.docx',
      expect.stringContaining('"report.docx.txt"'),
    ])
    const again = { headers: { 'if-none-match': saved.headers.get('etag') ?? '' } }
    expect((await ada.fetch(`/api/files/${script.fileId}`, again)).status).toBe(304)
    expect((await ada.fetch(`/api/files/${script.fileId}?as=view`)).status).toBe(404)
  })

  it('show images as the site drew them, and to nobody else', async () => {
    const picture = await fileOf(await upload(await photo(64, 48), 'sea.jpg'))
    for (const look of ['thumb', 'view']) {
      const shown = await ada.fetch(`/api/files/${picture.fileId}?as=${look}`)
      expect(shown.headers.get('content-type')).toMatch(/^image\//)
      expect(shown.headers.get('content-disposition')).toMatch(/^inline; /)
      expect((await shown.bytes()).toString()).not.toContain('Mirrorless')
      const stranger = createSiteClient(site.url)
      expect((await stranger.fetch(`/api/files/${picture.fileId}?as=${look}`)).status).toBe(404)
    }
  })

  it('are refused with a sentence, announced or not', async () => {
    const codeOf = async (response: Promise<Response>) => {
      const { status, error } = await response.then(async (r) => ({ status: r.status, ...(await r.json()) }))
      return [status, error.code]
    }
    const large = new Uint8Array(101 * 1024)
    expect(await codeOf(upload(large))).toEqual([413, 'too_large'])
    expect(await codeOf(upload(new Blob([large]).stream()))).toEqual([413, 'too_large'])
    expect(await codeOf(upload(''))).toEqual([422, 'file_empty'])
    expect(await codeOf(upload(Buffer.from('PK\u0003\u0004'), 'photo.jpg'))).toEqual([415, 'file_kind'])
    const foreign = { method: 'POST', body: 'x', headers: { origin: 'https://elsewhere.example' } }
    expect((await ada.fetch('/api/files', foreign)).status).toBe(403)
  })

  it('are asked about without a word, stay with the conversation, and can be taken back before', async () => {
    const picture = await fileOf(await upload(await drawing(), 'plan.png'))
    const question = newQuestion({
      text: '',
      model: 'tain-demo-fast',
      files: [{ id: picture.fileId, name: 'The plan.png' }],
    })
    const { text } = await readRun(ada.send(question))
    expect(text).toContain('300 × 200')
    const { title, messages } = await ada.conversation(question.conversationId)
    expect(title).toBe('The plan.png')
    expect(messages[0]?.parts).toEqual([{ ...picture, name: 'The plan.png' }])

    const drop = (id: string) => ada.fetch(`/api/files/${id}`, { method: 'DELETE' })
    expect((await drop(picture.fileId)).status).toBe(404)
    const { fileId } = await fileOf(await upload('never sent'))
    expect((await drop(fileId)).status).toBe(204)
    expect((await ada.fetch(`/api/files/${fileId}`)).status).toBe(404)
    expect((await ada.post('/api/chat', newQuestion({ files: [{ id: fileId, name: 'x' }] }))).status).toBe(
      409,
    )
    expect((await ada.post('/api/chat', newQuestion({ text: ' ' }))).status).toBe(400)
  })
})
