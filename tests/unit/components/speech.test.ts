import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { sentencesOf } from '#components/chat/aloud/sentences.ts'
import { Speech } from '#components/chat/aloud/speech.ts'

class Utterance extends EventTarget {
  readonly text: string
  lang = ''
  voice: unknown = null
  rate = 1
  constructor(text: string) {
    super()
    this.text = text
  }
}

/** A browser that says an utterance when the test lets it, and tells of cancelled ones as browsers do. */
class Synthesis {
  said: Utterance[] = []
  speaking: Utterance | undefined
  getVoices = () => [
    { lang: 'zh_CN', voiceURI: 'zh', name: 'Ting', localService: true },
    { lang: 'en-GB', voiceURI: 'gb', name: 'Al', localService: true },
    { lang: 'en-US', voiceURI: 'us', name: 'Bo', localService: true },
  ]
  speak(utterance: Utterance) {
    this.said.push(utterance)
    this.speaking = utterance
  }
  cancel() {
    const cancelled = this.speaking
    this.speaking = undefined
    cancelled?.dispatchEvent(new Event('error'))
  }
  finish() {
    const done = this.speaking
    this.speaking = undefined
    done?.dispatchEvent(new Event('end'))
  }
}

let synthesis: Synthesis
beforeEach(() => {
  synthesis = new Synthesis()
  vi.stubGlobal('speechSynthesis', synthesis)
  vi.stubGlobal('SpeechSynthesisUtterance', Utterance)
})
afterEach(() => vi.unstubAllGlobals())

function speak(text: string) {
  const ends: string[] = []
  const speech = new Speech(sentencesOf(text, 'en'), { onSentence: () => {}, onEnd: (end) => ends.push(end) })
  speech.start()
  return { speech, ends, said: () => synthesis.said.map((utterance) => utterance.text) }
}

it('speaks one sentence after the other, each with a voice of its language', () => {
  const { said, ends } = speak('One. 二。')
  expect(said()).toEqual(['One.'])
  synthesis.finish()
  synthesis.finish()
  expect(synthesis.said.map(({ text, lang }) => [text, lang])).toEqual([
    ['One.', 'en-US'],
    ['二。', 'zh_CN'],
  ])
  expect(ends).toEqual(['done'])
})

it('pauses, goes on with the sentence it was in, and skips', () => {
  const { speech, said, ends } = speak('One. Two. Three.')
  synthesis.finish()
  speech.pause()
  expect(synthesis.speaking).toBeUndefined()
  speech.resume()
  speech.skip(1)
  speech.skip(-2)
  expect(said()).toEqual(['One.', 'Two.', 'Two.', 'Three.', 'One.'])
  speech.stop()
  expect([synthesis.speaking, ends]).toEqual([undefined, []])
})

it('says once when the browser cannot', () => {
  const { ends } = speak('One. Two.')
  synthesis.speaking?.dispatchEvent(new Event('error'))
  expect(ends).toEqual(['failed'])
  expect(synthesis.said).toHaveLength(1)
})
