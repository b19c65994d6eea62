import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnswerTail, usageIn } from '#lib/gateway/metering/token-usage.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('usageIn', () => {
  it.each([
    [
      'a chat completion',
      '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4}},"service_tier":"default"}',
      { inputTokens: 9, outputTokens: 12, totalTokens: 21, cachedTokens: 4 },
    ],
    [
      'a streamed response',
      'event: response.completed\ndata: {"response":{"tools":[],"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":0},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":123},"user":null,"metadata":{}}}\n\n',
      { inputTokens: 36, outputTokens: 87, totalTokens: 123, cachedTokens: 0 },
    ],
    [
      'embeddings',
      '{"data":[],"usage": {"prompt_tokens": 8, "total_tokens": 8}}',
      { inputTokens: 8, outputTokens: 0, totalTokens: 8, cachedTokens: 0 },
    ],
  ])('reads that of %s', (_, tail, usage) => {
    expect(usageIn(tail)).toEqual(usage)
  })

  it('believes neither people nor schemas', () => {
    const posing = '{"usage":{"prompt_tokens":1,"completion_tokens":1}}'
    const honest = '"usage":{"input_tokens":5,"output_tokens":6,"total_tokens":11}'
    expect(usageIn(`{"content":${JSON.stringify(posing)}}`)).toBeUndefined()
    expect(usageIn(`{"tools":[${posing}],${honest},"metadata":{}}`)?.totalTokens).toBe(11)
    expect(usageIn(`{"tools":[${posing}],"usage":null}`)).toBeUndefined()
    expect(usageIn('{"usage":{"input_tokens":-5}}')).toBeUndefined()
    expect(usageIn('{"usage":{"input_tok')).toBeUndefined()
  })
})

describe('AnswerTail', () => {
  it('keeps the end of what passes, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40_000), { maxLength: 6 }), (sizes) => {
        const tail = new AnswerTail()
        let all = ''
        sizes.forEach((size, i) => {
          const piece = String.fromCharCode(97 + i).repeat(size)
          all += piece
          tail.add(encode(piece))
        })
        expect(tail.text()).toBe(all.slice(-16 * 1024))
      }),
      { numRuns: 100 },
    )
  })
})
