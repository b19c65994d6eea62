import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createStoredObjects,
  idsInBody,
  idsInPath,
  mayNameObjects,
} from '#lib/gateway/keys/stored-objects.ts'

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
    expect(idsInBody('{"id":"resp_68af","object":"response","status":"completed"')).toEqual(['resp_68af'])
    expect(
      idsInBody(
        'event: response.created\ndata: {"type":"response.created","response":{"id": "resp_68af", "x":1}}',
      ),
    ).toEqual(['resp_68af'])
    expect(
      idsInBody('{"id":"batch_12345","input_file_id":"file-in123","output_file_id":"file-out12"}'),
    ).toEqual(['batch_12345', 'file-in123', 'file-out12'])
  })

  test('what people write poses as none', () => {
    fc.assert(
      fc.property(fc.string(), (before) => {
        const text = `${before}{"id":"file-stolen"}`
        expect(idsInBody(JSON.stringify({ object: 'file', filename: text }))).toEqual([])
      }),
    )
  })

  test('only the beginning is searched, and not for ever', () => {
    expect(idsInBody(`${' '.repeat(5000)}{"id":"resp_68af"}`)).toEqual([])
    expect(
      idsInBody(Array.from({ length: 99 }, (_, i) => `{"id":"file-${1000 + i}"}`).join('')),
    ).toHaveLength(16)
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
    expect(objects.accountOf('/threads/thread_1/runs/run_2')).toBe('one')
    expect(objects.accountOf('/threads/thread_9/runs/run_2')).toBe('two')
    expect(objects.accountOf('/threads/thread_9')).toBeUndefined()
  })

  test('the first account to be seen with an object keeps it', () => {
    const objects = createStoredObjects()
    objects.remember('one', ['file-1'])
    objects.remember('two', ['file-1'])
    expect(objects.accountOf('/files/file-1')).toBe('one')
  })

  test('keeps the latest of each kind, and no more than twice as many', () => {
    const objects = createStoredObjects({ maxPerKind: 100 })
    objects.remember('files', ['file-early'])
    for (let i = 0; i < 10_000; i++) objects.remember('one', [`resp_${i}`])
    const known = Array.from({ length: 10_000 }, (_, i) => objects.accountOf(`/responses/resp_${i}`)).filter(
      Boolean,
    )
    expect(known.length).toBeGreaterThanOrEqual(100)
    expect(known.length).toBeLessThanOrEqual(200)
    expect(objects.accountOf('/responses/resp_9999')).toBe('one')
    expect(objects.accountOf('/files/file-early')).toBe('files')
  })

  test('what is asked for stays', () => {
    const objects = createStoredObjects({ maxPerKind: 10 })
    objects.remember('one', ['resp_first'])
    for (let i = 0; i < 1000; i++) {
      objects.remember('two', [`resp_${i}`])
      expect(objects.accountOf('/responses/resp_first')).toBe('one')
    }
  })
})
