import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { changeConversation } from '#lib/chat/conversation-changes.ts'
import { getConversation, listConversations } from '#lib/chat/conversations.ts'
import { exportDocument } from '#lib/chat/exporting/export-document.ts'
import { exportJson, exportMarkdown, exportZip } from '#lib/chat/exporting/export-stream.ts'
import { loadFile } from '#lib/chat/files/file-rows.ts'
import { keepFile } from '#lib/chat/files/keep-file.ts'
import type { ImportEvent } from '#lib/chat/importing/import-events.ts'
import { importFile } from '#lib/chat/importing/import-file.ts'
import { searchConversations } from '#lib/chat/search.ts'
import { dataTexts } from '#lib/i18n/rooms/data.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { memoryStore } from '#tests/support/files.ts'
import { chatGptConversation, nextChatBackup, openWebUiExport } from '#tests/support/foreign-exports.ts'

const NOW = 1_800_000_000_000
const options = { branches: 'all' as const, producer: { name: 'Silver' }, words: dataTexts.en.file }

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tain-moving-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function zipOf(files: Record<string, string>, zipOptions = {}): Promise<Buffer> {
  const zip = new ZipWriter(new BlobWriter())
  for (const [name, content] of Object.entries(files))
    await zip.add(name, new TextReader(content), zipOptions)
  return Buffer.from(await (await zip.close()).arrayBuffer())
}

onEveryDatabase('moving in and out', (db) => {
  let owner: string
  beforeEach(() => {
    owner = crypto.randomUUID()
  })

  const store = memoryStore()
  const room = () => ({ db: db(), store, maxBytes: 1_000_000, maxBytesInAll: undefined })

  async function importBytes(bytes: string | Uint8Array, as = owner): Promise<ImportEvent[]> {
    const file = path.join(directory, crypto.randomUUID())
    await writeFile(file, bytes)
    const onError = (error: unknown) => {
      throw error
    }
    const events: ImportEvent[] = []
    for await (const event of importFile({ ...room(), owner: as, file, now: NOW, onError }))
      events.push(event)
    return events
  }
  const importJson = (value: unknown, as = owner) => importBytes(JSON.stringify(value), as)
  const outcomes = (events: ImportEvent[]) =>
    events.flatMap((event) => (event.type === 'conversation' ? [event.outcome] : []))
  const exported = async (as = owner) =>
    exportDocument.parse(await new Response(exportJson({ ...room(), owner: as }, options, NOW)).json())

  it('imports each format, once, and finds what was said', async () => {
    const files = [
      [chatGptConversation(), chatGptConversation('second')],
      nextChatBackup(),
      openWebUiExport(),
    ]
    for (const file of files) await importJson(file)
    const titles = [
      ...(await listConversations(db(), owner)),
      ...(await listConversations(db(), owner, 'archived')),
    ]
    expect(titles.map(({ title }) => title).sort()).toEqual(
      ['Numbers', 'Silver & glass', 'Silver & glass', '镜子背面是什么？'].sort(),
    )
    const { hits } = await searchConversations(db(), owner, '锡汞', 10)
    expect(hits).toMatchObject([{ conversation: { title: '镜子背面是什么？' } }])

    const before = await exported()
    for (const file of files) {
      const again = await importJson(file)
      expect(outcomes(again).filter((outcome) => outcome !== 'skipped')).not.toContain('imported')
    }
    expect(await exported()).toEqual({ ...before, AIGC: expect.anything() })
  })

  it('reads ZIPs with one and with many files, and nothing else in them', async () => {
    const one = await zipOf({
      'conversations.json': JSON.stringify([chatGptConversation()]),
      'user.json': '{"email":"x"}',
      'shared_conversations.json': '[{"id":"1"}]',
    })
    expect(outcomes(await importBytes(one))).toEqual(['imported'])
    const many = await zipOf({
      'conversations-000.json': JSON.stringify([chatGptConversation()]),
      'conversations-001.json': JSON.stringify([chatGptConversation('b'), chatGptConversation('c')]),
    })
    expect(outcomes(await importBytes(many))).toEqual(['here', 'imported', 'imported'])
  })

  it.each([
    ['text', 'hello', 'unreadable_json'],
    ['nothing', '', 'unreadable_json'],
    ['an empty array', '[]', 'nothing_found'],
    ['another object', '{"a":{"b":[1,2]}}', 'nothing_found'],
    ['half a ZIP', 'PK\u0003\u0004 and then nothing', 'unreadable_zip'],
  ])('says what is wrong with %s', async (_, bytes, fault) => {
    expect((await importBytes(bytes)).at(-1)).toMatchObject({ type: 'fault', fault })
  })

  it('keeps what came before the damage, whole, and goes past what it cannot read', async () => {
    const good = JSON.stringify(chatGptConversation())
    const events = await importBytes(`[${good},{"x":1},${good.slice(0, 500)}`)
    expect(outcomes(events)).toEqual(['imported', 'skipped'])
    expect(events.at(-1)).toMatchObject({ type: 'fault', fault: 'unreadable_json', counts: { imported: 1 } })
    const [conversation] = await listConversations(db(), owner, 'archived')
    expect((await getConversation(db(), owner, conversation?.id ?? ''))?.messages).toHaveLength(5)
  })

  it('goes past what is nested without end, and keeps what no text of a database can hold out of it', async () => {
    const deep = chatGptConversation('deep')
    const { c1 } = deep.mapping
    if (!c1) throw new Error('the conversation has changed')
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    c1.message = {
      author: { role: 'assistant' },
      recipient: 'web',
      content: { content_type: 'code', text: nested },
    }
    const odd = JSON.parse(
      JSON.stringify(chatGptConversation('odd'))
        .replaceAll('gpt-4o', 'gpt-\\u0000-\\ud800')
        .replaceAll('Silver', 'Sil\\u0000ver\\udc00'),
    )
    const events = await importJson([deep, odd, chatGptConversation('good')])
    expect(outcomes(events)).toEqual(['skipped', 'imported', 'imported'])
    expect(events[0]).toMatchObject({ reason: 'broken' })
    expect(events.at(-1)).toMatchObject({ type: 'end' })
  })

  it('imports a file once that two instances import for one person at the same time', async () => {
    const twice = await Promise.all([1, 2].map(() => importJson([chatGptConversation('same')])))
    expect(twice.flatMap(outcomes).sort()).toEqual(['here', 'imported'])
    expect(await listConversations(db(), owner, 'archived')).toHaveLength(1)
  })

  it('refuses a ZIP behind a password, and one whose content was changed', async () => {
    const locked = await zipOf({ 'conversations.json': '[]' }, { password: 'x' })
    expect((await importBytes(locked)).at(-1)).toMatchObject({ fault: 'unreadable_zip' })
    const damaged = await zipOf(
      { 'conversations.json': JSON.stringify([chatGptConversation()]) },
      { level: 0 },
    )
    damaged.write('Silver & grass', damaged.indexOf('Silver & glass'))
    expect((await importBytes(damaged)).at(-1)).toMatchObject({ fault: 'unreadable_zip' })
  })

  it('refuses a ZIP with a name that leads out of it', async () => {
    const zip = await zipOf({ 'conversations.json': '[]', '../../evil.json': '[]' })
    expect((await importBytes(zip)).at(-1)).toMatchObject({ fault: 'unreadable_zip' })
  })

  it('brings a deleted conversation back', async () => {
    await importJson(openWebUiExport())
    const [conversation] = await listConversations(db(), owner)
    const { id = '', revision = 0 } = conversation ?? {}
    await changeConversation(db(), owner, id, { revision, deleted: true }, NOW)
    expect(outcomes(await importJson(openWebUiExport()))).toEqual(['restored'])
    expect(await listConversations(db(), owner)).toMatchObject([{ id }])
  })

  it('gives somebody else a copy of their own', async () => {
    await importJson(openWebUiExport())
    const document = await exported()
    const other = crypto.randomUUID()
    expect(outcomes(await importJson(document, other))).toEqual(['imported'])
    expect(outcomes(await importJson(document, other))).toEqual(['here'])
    const [mine] = await listConversations(db(), owner)
    const [theirs] = await listConversations(db(), other)
    expect(theirs).toMatchObject({ title: 'Numbers' })
    expect(theirs?.id).not.toBe(mine?.id)
  })

  it('comes back from an export as it was', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const answer = fc.array(
      fc.oneof(
        fc.record({ type: fc.constant('text'), text }),
        fc.record({ type: fc.constant('reasoning'), text }),
        fc.record({
          type: fc.constant('tool-call'),
          id: text,
          name: text,
          input: fc.jsonValue().map((v) => JSON.parse(JSON.stringify(v))),
        }),
      ),
      { minLength: 1, maxLength: 4 },
    )
    const turns = fc.array(fc.record({ above: fc.nat(), question: text, answer }), {
      minLength: 1,
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(turns, fc.boolean(), async (list, isZip) => {
        const person = crypto.randomUUID()
        const document = documentOf(list)
        await importJson(document, person)
        const first = await exported(person)
        expect(first.conversations).toEqual(document.conversations)
        // Moving house: gone here, brought back from its export.
        const bytes = isZip
          ? Buffer.from(
              await new Response(exportZip({ ...room(), owner: person }, options, NOW)).arrayBuffer(),
            )
          : Buffer.from(JSON.stringify(first))
        await db().deleteFrom('conversation').where('owner', '=', person).execute()
        expect(outcomes(await importBytes(bytes, person))).toEqual(['imported'])
        expect((await exported(person)).conversations).toEqual(first.conversations)
      }),
      { numRuns: Number(process.env.MOVING_RUNS ?? 15) },
    )
  })

  it('keeps what tools were called with, whatever it is called', async () => {
    const input = JSON.parse('{"__proto__":{"a":1},"list":[{"__proto__":null}]}')
    const answer = [{ type: 'tool-call' as const, id: 'a', name: 'b', input }]
    const document = documentOf([{ above: 0, question: 'Which?', answer }])
    await importJson(document)
    const [{ messages } = { messages: [] }] = (await exported()).conversations
    expect(JSON.stringify(messages[1]?.parts)).toBe(JSON.stringify(answer))
  })

  it('takes attached files along in its ZIP, and their names where it has no bytes', async () => {
    const attached = await keepFile(room(), owner, '季度 "报告".json', Buffer.from('{"a":1}'))
    const document = documentOf([
      { above: 0, question: 'What is in it?', answer: [{ type: 'text', text: 'One.' }] },
    ])
    document.conversations[0]?.messages[0]?.parts.unshift(attached)
    await importJson(document)
    const [{ messages } = { messages: [] }] = (await exported()).conversations
    expect(messages[0]?.parts[0]).toEqual(attached)

    const zip = await new Response(exportZip({ ...room(), owner }, options, NOW)).bytes()
    const [elsewhere, nowhere] = [crypto.randomUUID(), crypto.randomUUID()]
    expect(outcomes(await importBytes(zip, elsewhere))).toEqual(['imported'])
    const brought = (await exported(elsewhere)).conversations[0]?.messages[0]?.parts[0]
    expect(brought).toEqual({ ...attached, fileId: expect.any(String) })
    if (brought?.type !== 'file') throw new Error('the file was not brought')
    expect(brought.fileId).not.toBe(attached.fileId)
    expect((await loadFile(room(), elsewhere, brought.fileId))?.toString()).toBe('{"a":1}')
    expect(outcomes(await importBytes(zip, elsewhere))).toEqual(['here'])

    await importJson(document, nowhere)
    const [left] = (await exported(nowhere)).conversations[0]?.messages[0]?.parts ?? []
    expect(left).toEqual({ type: 'text', text: `[${attached.name}]` })
  })

  it('writes Markdown with the label and the mark of AI content, each branch under its heading', async () => {
    await importJson([chatGptConversation()])
    const read = await new Response(exportMarkdown({ ...room(), owner }, options)).text()
    expect(read).toMatch(/^---\ntitle: "Silver & glass"\n/)
    expect(read).toMatch(/\nAIGC: \{"Label":"1","ContentProducer":"Silver","ProduceID":"[0-9a-f-]{36}"\}\n/)
    expect(read).toContain(`> ${options.words.label}`)
    expect(read.match(/^## Branch/gm)).toHaveLength(2)
    expect(read).toContain('### Answer (AI-generated) · gpt-5-4')
    expect(read).toContain('- [Tain](<https://example.org/tain>)')
  })
})

function documentOf(turns: { above: number; question: string; answer: object[] }[]) {
  const id = crypto.randomUUID()
  const messages = turns.flatMap(({ above, question, answer }, index) => {
    const parent = index === 0 ? null : (above % (index + 1)) - 1
    const at = (place: number) => idAt(id, place)
    const common = { status: 'complete', error: null }
    return [
      {
        id: at(index * 2),
        parentId: parent === null || parent < 0 ? null : at(parent * 2 + 1),
        role: 'user',
        parts: [{ type: 'text', text: question }] as object[],
        model: null,
        createdAt: 1_000 + index,
        ...common,
      },
      {
        id: at(index * 2 + 1),
        parentId: at(index * 2),
        role: 'assistant',
        parts: answer,
        model: 'm',
        rating: index === 0 ? 'good' : undefined,
        createdAt: 1_000 + index,
        ...common,
      },
    ]
  })
  const conversation = {
    id,
    title: 'A title',
    titleSource: 'person',
    folder: 'Mirrors',
    settings: { model: 'm-1', instructions: 'In verse.', temperature: 0.5 },
    activeLeafId: idAt(id, turns.length * 2 - 1),
    createdAt: 1_000,
    updatedAt: 2_000,
    pinnedAt: null,
    archivedAt: null,
    AIGC: { Label: '1', ContentProducer: 'Silver', ProduceID: id },
    messages,
  }
  return { format: 'tain.export/1', exportedAt: NOW, AIGC: conversation.AIGC, conversations: [conversation] }
}

const idAt = (id: string, place: number) => id.slice(0, -4) + place.toString(16).padStart(4, '0')
