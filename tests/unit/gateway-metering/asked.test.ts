import { describe, expect, it } from 'vitest'
import { readAsked } from '#server/gateway/metering/asked.ts'

const bytes = (body: unknown) =>
  new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body))
const read = (
  body: unknown,
  { isWhole = true, isOurs = false, announcedBytes = undefined as number | undefined } = {},
) => readAsked({ bytes: bytes(body), isWhole }, { announcedBytes, isOurs })

describe('readAsked', () => {
  it('takes the answer to be as long as the request lets it be, times the answers asked for', () => {
    expect(read({ model: 'a', max_output_tokens: 50 }).outputTokens).toBe(50)
    expect(read({ model: 'a', max_completion_tokens: 50, n: 3 }).outputTokens).toBe(150)
    expect(read({ model: 'a' }).outputTokens).toBe(4_096)
    expect(read({ model: 'a', max_tokens: -1, n: 'many' }).outputTokens).toBe(4_096)
  })

  it('counts text generously and pictures by their number', () => {
    const picture = `data:image/png;base64,${'A'.repeat(400_000)}`
    const asked = read({ messages: [{ content: [{ text: '你好，世界' }, { image_url: { url: picture } }] }] })
    expect(asked.inputTokens).toBeGreaterThan(1_500)
    expect(asked.inputTokens).toBeLessThan(1_600)
    expect(asked.text).toContain('你好，世界')
    expect(asked.text).not.toContain('AAAA')
  })

  it('knows no model behind what was looked at, but of the chat of this site', () => {
    const body = '{"model":"small","messages":[{"content":"…'
    expect(read(body, { isWhole: false }).model).toBeUndefined()
    expect(read(body, { isWhole: false, isOurs: true }).model).toBe('small')
    expect(read('{"model":"small","model":"large"}').model).toBeUndefined()
  })

  it('reads the model of a form, unless it has two', () => {
    const field = (model: string) => `--x\r\ncontent-disposition: form-data; name="model"\r\n\r\n${model}\r\n`
    expect(read(`${field('whisper-1')}--x--`).model).toBe('whisper-1')
    expect(read(`${field('whisper-1')}${field('gpt-image-1')}--x--`).model).toBeUndefined()
  })

  it('guesses what it cannot read by its length, and never more than fits into a model', () => {
    expect(read('', { isWhole: false, announcedBytes: 4_000 })).toMatchObject({
      inputTokens: 1_000,
      text: undefined,
    })
    expect(read('', { isWhole: false, announcedBytes: 9e9 }).inputTokens).toBe(128_000)
  })

  it('sees that an answer is to come later', () => {
    expect(read({ background: true }).isBackground).toBe(true)
    expect(read({ background: 'x' }).isBackground).toBe(false)
  })
})
