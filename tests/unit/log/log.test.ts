import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

describe('the log', () => {
  const written: string[] = []
  beforeEach(() => {
    vi.resetModules()
    vi.useFakeTimers()
    written.length = 0
    vi.spyOn(console, 'log').mockImplementation((text: string) => void written.push(text))
  })
  afterEach(() => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  })

  it('writes a line as it comes, with an error as its class and code only', async () => {
    const { log } = await import('#lib/log.ts')
    log('info', 'asked', { status: 200 })
    log('error', 'failed', {
      error: Object.assign(new TypeError('what somebody wrote'), { code: 'ECONNRESET' }),
    })
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', event: 'asked', status: 200 },
      { level: 'error', event: 'failed', error: 'TypeError ECONNRESET' },
    ])
    expect(written.join()).not.toContain('somebody')
  })

  it('in batches writes the same lines in order, errors at once, and what is left when told', async () => {
    const { batchLog, log } = await import('#lib/log.ts')
    const flush = batchLog()
    const events = () => written.flatMap((text) => text.split('\n')).map((line) => JSON.parse(line).event)
    log('info', 'one')
    log('warn', 'two')
    expect(written).toEqual([])
    vi.runAllTimers()
    expect(events()).toEqual(['one', 'two'])
    expect(written).toHaveLength(1)
    log('info', 'three')
    log('error', 'four')
    expect(events()).toEqual(['one', 'two', 'three', 'four'])
    log('info', 'five')
    flush()
    expect(events().at(-1)).toBe('five')
    expect(vi.getTimerCount()).toBe(0)
  })
})
