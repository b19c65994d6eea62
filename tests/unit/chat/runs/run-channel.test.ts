import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RunNews } from '#lib/chat/runs/run-channel.ts'

const delta = (text: string, place: number, number = 0) => ({
  number,
  place,
  event: { type: 'delta' as const, kind: 'text' as const, text },
})
const end = (place: number, number = 0) => ({
  number,
  place,
  event: { type: 'end' as const, status: 'complete' as const, error: null, model: null },
})
const newsOf = (...told: Parameters<RunNews['add']>[0][]) => {
  const news = new RunNews(() => true)
  for (const one of told) news.add(one)
  return news
}

it('leaves out what a reader has, and cuts what it has a part of', () => {
  const news = newsOf(delta('abc', 3), delta('def', 6), delta('ghi', 9))
  expect(news.take(0, 4)).toEqual({ place: 6, event: { type: 'delta', kind: 'text', text: 'ef' } })
  expect(news.take(0, 6)).toEqual({ place: 9, event: { type: 'delta', kind: 'text', text: 'ghi' } })
  expect(news.take(0, 9)).toBeUndefined()
})

it('says when something was missed, and goes on once the reader has it from elsewhere', () => {
  const news = newsOf(delta('ghi', 9))
  expect(news.take(0, 3)).toBe('gap')
  expect(news.take(0, 3)).toBe('gap')
  expect(news.take(0, 7)).toEqual({ place: 9, event: { type: 'delta', kind: 'text', text: 'hi' } })
})

it('leaves the end, and another run of the answer, to the rows', () => {
  expect(newsOf(delta('abc', 3), end(4)).take(0, 3)).toBe('end')
  expect(newsOf(delta('abc', 3, 1)).take(0, 3)).toBe('end')
  expect(newsOf(end(4), delta('de', 5, 1)).take(1, 3)).toMatchObject({ place: 5 })
})

it('misses and doubles nothing, whatever is told twice, and wherever its reader stands', () => {
  const pieces = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(pieces, fc.nat(), fc.array(fc.nat({ max: 7 }), { maxLength: 4 }), (said, from, again) => {
      const whole = said.join('')
      let place = from % (whole.length + 1)
      let read = whole.slice(0, place)
      const told = said.map((text, index) => delta(text, said.slice(0, index + 1).join('').length))
      const repeated = told.flatMap((one, index) => [
        one,
        ...again.filter((at) => at < index).flatMap((at) => told[at] ?? []),
      ])
      const news = newsOf(...repeated)
      for (let next = news.take(0, place); typeof next === 'object'; next = news.take(0, place)) {
        if (next.event.type === 'delta') read += next.event.text
        place = next.place
      }
      expect(read).toBe(whole)
    }),
  )
})
