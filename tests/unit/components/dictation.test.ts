import { afterEach, expect, it, vi } from 'vitest'
import { dictate, joined } from '#components/chat/dictation/dictation.ts'

afterEach(() => vi.unstubAllGlobals())

/** A browser that understands what the test says. */
class Recogniser extends EventTarget {
  static last: Recogniser
  lang = ''
  readonly results: (string[] & { isFinal: boolean })[] = []
  start() {
    Recogniser.last = this
  }
  stop() {
    this.dispatchEvent(new Event('end'))
  }
  hear(transcript: string, isFinal: boolean) {
    const index = this.results.findIndex((result) => !result.isFinal)
    const resultIndex = index < 0 ? this.results.length : index
    const result = Object.assign([{ transcript }], { isFinal })
    this.results[resultIndex] = result as never
    this.dispatchEvent(Object.assign(new Event('result'), { resultIndex, results: this.results }))
  }
}

function listen() {
  vi.stubGlobal('webkitSpeechRecognition', Recogniser)
  const heard: string[] = []
  const stop = dictate('zh-CN', {
    onWords: (text) => heard.push(text),
    onGuess: (text) => heard.push(`(${text})`),
    onEnd: (reason) => heard.push(reason),
  })
  return { heard, stop, browser: Recogniser.last }
}

it('guesses come and go, settled words come once', () => {
  const { heard, stop, browser } = listen()
  expect(browser.lang).toBe('zh-CN')
  browser.hear('镜', false)
  browser.hear('镜子', true)
  browser.hear('后面', true)
  stop()
  expect(heard).toEqual(['(镜)', '镜子', '()', '后面', '()', '()', 'done'])
})

it.each([
  ['not-allowed', 'refused'],
  ['network', 'failed'],
  ['no-speech', 'done'],
])('%s ends as %s', (error, reason) => {
  const { heard, browser } = listen()
  browser.dispatchEvent(Object.assign(new Event('error'), { error }))
  browser.stop()
  expect(heard.at(-1)).toBe(reason)
})

it('fails where the browser cannot listen', () => {
  const ends: string[] = []
  dictate('en', { onWords: () => {}, onGuess: () => {}, onEnd: (reason) => ends.push(reason) })
  expect(ends).toEqual(['failed'])
})

it.each([
  ['', 'hello', 'hello'],
  ['Hello', ' world', ' world'],
  ['Hello.', 'And', ' And'],
  ['Hello ', 'world', 'world'],
  ['你好', '世界', '世界'],
  ['你好，', '世界', '世界'],
  ['Hello', '世界', '世界'],
  ['(', 'x', 'x'],
])('after %j, %j is put down as %j', (before, words, expected) =>
  expect(joined(before, words)).toBe(expected),
)
