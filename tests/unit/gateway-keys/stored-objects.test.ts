import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createStoredObjects,
  IdSearch,
  idsInPath,
  idsInRequest,
  mayNameObjects,
  mayReferToObjects,
} from '#lib/gateway/keys/stored-objects.ts'

/** The ids of an answer that comes in these pieces. */
function idsIn(...pieces: string[]): string[] {
  const search = new IdSearch()
  return [...new Set(pieces.flatMap((piece) => search.add(new TextEncoder().encode(piece))))]
}

describe('ids in paths', () => {
  test.each([
    ['/responses/resp_1234', ['resp_1234']],
    ['/responses/resp_1234?stream=true&starting_after=file-99', ['resp_1234']],
    ['/responses/resp_1234/input_items', ['resp_1234', 'input_items']],
    ['/files/file-abcd/content', ['file-abcd', 'content']],
    ['/threads/thread_1/runs/run_2/steps/step_3', ['thread_1', 'runs', 'run_2', 'steps', 'step_3']],
    ['/fine_tuning/jobs/ftjob-9/events', ['jobs', 'ftjob-9', 'events']],
    ['/chat/completions', ['completions']],
    ['/responses', []],
    ['/responses/', []],
    ['', []],
    ['?x=/a/b', []],
    [`/files/${'x'.repeat(200)}`, []],
  ])('%s', (rest, ids) => {
    expect(idsInPath(rest)).toEqual(ids)
  })
})

describe('ids in bodies', () => {
  test('of objects, streams and batches', () => {
    expect(idsIn('{"id":"resp_68af","object":"response","status":"completed"')).toEqual(['resp_68af'])
    expect(
      idsIn(
        'event: response.created\ndata: {"type":"response.created","response":{"id": "resp_68af", "x":1}}',
      ),
    ).toEqual(['resp_68af'])
    expect(idsIn('{"id":"batch_12345","input_file_id":"file-in123","output_file_id":"file-out12"}')).toEqual([
      'batch_12345',
      'file-in123',
      'file-out12',
    ])
  })

  test('what people write poses as none', () => {
    fc.assert(
      fc.property(fc.string(), (before) => {
        const text = `${before}{"id":"file-stolen"}`
        expect(idsIn(JSON.stringify({ object: 'file', filename: text }))).toEqual([])
      }),
    )
  })

  test('wherever the pieces are cut', () => {
    const list = Array.from({ length: 20 }, (_, i) => `{"id":"file-${1000 + i}","object":"file"}`)
    const text = `{"data":[${list.join(',')}]}`
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const pieces = at.slice(1).map((to, i) => text.slice(at[i], to))
        expect(idsIn(...pieces)).toEqual(list.map((_, i) => `file-${1000 + i}`))
      }),
    )
  })

  test('only the beginning is searched', () => {
    expect(idsIn(' '.repeat(70_000), '{"id":"resp_68af"}')).toEqual([])
    const search = new IdSearch()
    search.add(new Uint8Array(64 * 1024))
    expect(search.isOver).toBe(true)
  })
})

describe('ids in requests', () => {
  test('stand anywhere, under any name', () => {
    const body = JSON.stringify({
      model: 'gpt-5',
      previous_response_id: 'resp_68af0123',
      tools: [{ type: 'file_search', vector_store_ids: ['vs_abcdef12'] }],
      input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file-abcdef12' }] }],
    })
    expect(idsInRequest(body)).toEqual(['resp_68af0123', 'vs_abcdef12', 'file-abcdef12'])
  })

  test('are never what people write', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const content = `${before}"file-stolen12"${after}`
        expect(idsInRequest(JSON.stringify({ content }))).not.toContain('file-stolen12')
      }),
    )
  })

  test.each([
    ['/responses', 'application/json', true],
    ['/threads/thread_1/runs', 'application/json; charset=utf-8', true],
    ['/chat/completions', 'application/json', true],
    ['/embeddings', 'application/json', false],
    ['/files', 'multipart/form-data; boundary=x', false],
    ['/responses', undefined, false],
  ])('of %s, %s: %s', (rest, type, searched) => {
    expect(mayReferToObjects(rest, type)).toBe(searched)
  })
})

test.each([
  ['/responses', 200, 'application/json', true],
  ['/responses', 200, 'text/event-stream; charset=utf-8', true],
  ['/files?purpose=batch', 201, 'application/json', true],
  ['/files/file-1/content', 200, 'application/octet-stream', false],
  ['/responses', 400, 'application/json', false],
  ['/chat/completions', 200, 'application/json', false],
  ['/embeddings', 200, 'application/json', false],
  ['/brand_new_thing', 200, 'application/json', true],
  ['/responses', 200, undefined, false],
])('an answer to %s, %i %s: %s', (rest, status, type, searched) => {
  expect(mayNameObjects(rest, status, type)).toBe(searched)
})

describe('the map', () => {
  test('finds the account by the outermost known object', () => {
    const objects = createStoredObjects()
    objects.remember('one', ['thread_1'])
    objects.remember('two', ['run_2'])
    expect(objects.accountOf(idsInPath('/threads/thread_1/runs/run_2'))).toBe('one')
    expect(objects.accountOf(idsInPath('/threads/thread_9/runs/run_2'))).toBe('two')
    expect(objects.accountOf(idsInPath('/threads/thread_9'))).toBeUndefined()
  })

  test('the first account to be seen with an object keeps it', () => {
    const objects = createStoredObjects()
    objects.remember('one', ['file-1'])
    objects.remember('two', ['file-1'])
    expect(objects.accountOf(idsInPath('/files/file-1'))).toBe('one')
  })

  test('keeps the latest of each kind, and no more than twice as many', () => {
    const objects = createStoredObjects({ maxPerKind: 100 })
    objects.remember('files', ['file-early'])
    for (let i = 0; i < 10_000; i++) objects.remember('one', [`resp_${i}`])
    const known = Array.from({ length: 10_000 }, (_, i) =>
      objects.accountOf(idsInPath(`/responses/resp_${i}`)),
    ).filter(Boolean)
    expect(known.length).toBeGreaterThanOrEqual(100)
    expect(known.length).toBeLessThanOrEqual(200)
    expect(objects.accountOf(idsInPath('/responses/resp_9999'))).toBe('one')
    expect(objects.accountOf(idsInPath('/files/file-early'))).toBe('files')
  })

  test('what is asked for stays', () => {
    const objects = createStoredObjects({ maxPerKind: 10 })
    objects.remember('one', ['resp_first'])
    for (let i = 0; i < 1000; i++) {
      objects.remember('two', [`resp_${i}`])
      expect(objects.accountOf(idsInPath('/responses/resp_first'))).toBe('one')
    }
  })
})
