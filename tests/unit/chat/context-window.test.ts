import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { budgetOf, firstWindow, halfOf, newestWithin } from '#lib/chat/context-window.ts'
import type { Message } from '#lib/chat/contract.ts'
import type { FileContent } from '#lib/chat/files/model-files.ts'
import { countTokens } from '#lib/tokens/count-tokens.ts'
import { sampleMessage } from '#tests/support/samples.ts'

const messageOf = (text: string, index: number) =>
  sampleMessage({
    id: String(index),
    parentId: index === 0 ? null : String(index - 1),
    role: index % 2 === 0 ? 'user' : 'assistant',
    parts: text === '' ? [] : [{ type: 'text', text }],
    createdAt: index,
  })

/** Questions and answers in turn, as they are asked: the last one is to be written, or has a beginning. */
const branches = fc
  .array(
    fc.oneof(fc.string(), fc.constantFrom('银镜背面是锡汞齐。'.repeat(40), 'A word or two. '.repeat(90))),
    {
      minLength: 2,
      maxLength: 24,
    },
  )
  .map((texts) => (texts.length % 2 === 0 ? texts : texts.slice(1)).map(messageOf))
  .filter((branch) => branch.length > 0)

const counting = { files: new Map(), modelId: 'gpt-5.4-mini' }

async function exactly(messages: readonly Message[]): Promise<number> {
  let tokens = 0
  for (const { parts } of messages)
    for (const part of parts)
      if (part.type === 'text') tokens += await countTokens(part.text, counting.modelId)
  return tokens
}

describe('what is sent of a branch', () => {
  it('is its newest part that fits, begins with a question and always has the last one', async () => {
    await fc.assert(
      fc.asyncProperty(branches, fc.integer({ min: 0, max: 3000 }), async (branch, budget) => {
        const { from } = await newestWithin(branch, budget, counting)
        const lastQuestion = branch.findLastIndex(({ role }) => role === 'user')
        expect(from).toBeLessThanOrEqual(lastQuestion)
        expect(branch[from]?.role).toBe('user')
        if (from < lastQuestion) expect(await exactly(branch.slice(from))).toBeLessThanOrEqual(budget)
        // One turn more would have been too much, with the four tokens that stand around each message.
        const more = branch.slice(Math.max(0, from - 2))
        if (from > 0) expect((await exactly(more)) + 4 * more.length).toBeGreaterThan(budget)
      }),
      { numRuns: 60 },
    )
  })

  it('gets smaller each time that it was too long, down to the last question', async () => {
    await fc.assert(
      fc.asyncProperty(branches, async (branch) => {
        const lastQuestion = branch.findLastIndex(({ role }) => role === 'user')
        let window = await newestWithin(branch, Number.POSITIVE_INFINITY, counting)
        for (;;) {
          const half = await halfOf(branch, window, counting)
          if (!half) break
          expect(half.from).toBeGreaterThan(window.from)
          expect(branch[half.from]?.role).toBe('user')
          window = half
        }
        expect(window.from).toBe(lastQuestion)
      }),
      { numRuns: 60 },
    )
  })

  it('is all of a short branch, without asking for the context', async () => {
    const nobody = () => Promise.reject(new Error('asked'))
    expect(await firstWindow(['Hi', ''].map(messageOf), nobody, counting)).toMatchObject({ from: 0 })
  })

  it('is all of it where nobody knows the context', async () => {
    const long = Array.from({ length: 20 }, () => 'word '.repeat(1000)).map(messageOf)
    expect((await firstWindow(long, async () => undefined, counting)).from).toBe(0)
    expect((await firstWindow(long, async () => 8_192, counting)).from).toBe(16)
  })

  it('leaves a third of the context to the answer, and no more than is ever written', () => {
    expect(budgetOf(9_000)).toBe(6_000)
    expect(budgetOf(1_050_000)).toBe(922_000)
  })

  it('counts images and the pages of PDFs', async () => {
    const branch = ['a'.repeat(5000), 'b', 'c', ''].map(messageOf)
    const file = (mediaType: string, bytes: number) =>
      ({ type: 'file', mediaType, data: { type: 'data', data: Buffer.alloc(bytes) } }) as const
    const [image, pdf] = [file('image/png', 9), file('application/pdf', 200_000)]
    const withFiles = (contents: FileContent[]) => ({ ...counting, files: new Map([['2', contents]]) })
    const plain = await newestWithin(branch, 5, counting)
    expect((await newestWithin(branch, 5, withFiles([image]))).tokens - plain.tokens).toBe(1_500)
    expect((await newestWithin(branch, 5, withFiles([pdf]))).tokens - plain.tokens).toBe(6_000)
  })
})
