import { describe, expect, it } from 'vitest'
import { AnswerText } from '#server/gateway/metering/answer-text.ts'

const gather = (stream: string, size: number) => {
  const answer = new AnswerText()
  const bytes = new TextEncoder().encode(stream)
  for (let at = 0; at < bytes.length; at += size) answer.add(bytes.subarray(at, at + size))
  return answer
}
const events = (...data: object[]) => data.map((it) => `data: ${JSON.stringify(it)}\r\n\r\n`).join('')

describe('AnswerText', () => {
  it.each([1, 2, 3, 7, 10_000])('gathers what deltas say, however they are cut (%i bytes)', (size) => {
    const chat = events(
      { choices: [{ delta: { role: 'assistant', content: null } }] },
      { choices: [{ delta: { reasoning_content: '嗯 ' } }] },
      { choices: [{ delta: { content: '你好🙂' } }, { delta: { content: ' hello' } }] },
      { choices: [{ delta: { tool_calls: [{ function: { name: 'find', arguments: '{"a":' } }] } }] },
      { choices: [{ text: ' end' }] },
    )
    expect(gather(`${chat}data: [DONE]\n\n`, size).text()).toBe('嗯 你好🙂 hellofind{"a": end')
    const responses = `event: response.created\n${events({ type: 'response.created', response: { output: 'no' } })}`
    const delta = events({ type: 'response.output_text.delta', delta: 'yes' })
    expect(gather(`: comment\n${responses}${delta}`, size).text()).toBe('yes')
  })

  it('takes an answer that is no stream as it is', () => {
    expect(gather('{\n  "a": "b"\n}', 2).text()).toBe('{  "a": "b"}')
  })

  it('reads what was cut off in the middle as far as it came', () => {
    const whole = events({ choices: [{ delta: { content: 'one' } }] })
    expect(gather(`${whole}data: {"choices":[{"delta":{"con`, 5).text()).toBe('one')
  })

  it('keeps no more than a million characters, and counts the others', () => {
    const answer = gather('x'.repeat(1_500_000), 65_536)
    expect(answer.text()).toHaveLength(1_000_000)
    expect(answer.moreChars).toBe(500_000)
  })

  it('passes over an event as long as a whole answer, and goes on behind it', () => {
    const last = `data: {"response":"${'x'.repeat(600_000)}"}\n\n`
    expect(gather(last + events({ delta: 'after' }), 10_000).text()).toBe('after')
  })
})
