import type { Sentence } from './sentences.ts'

/** The languages for which one can choose a voice. */
export type VoiceLanguage = 'zh' | 'en'

export const rates = [0.75, 1, 1.25, 1.5, 2] as const

const keyOf = (language: VoiceLanguage) => `tain:voice:${language}`
const RATE_KEY = 'tain:voice:rate'

/** The voices of this browser for a language, those that work without a network first. */
export function voicesFor(language: Sentence['lang']): SpeechSynthesisVoice[] {
  return speechSynthesis
    .getVoices()
    .filter(({ lang }) => lang.toLowerCase().replace('_', '-').split('-')[0] === language)
    .sort((a, b) => Number(b.localService) - Number(a.localService) || a.name.localeCompare(b.name))
}

/** The voice that was chosen for a language, else one of the regions that this site's people mostly speak. */
export function voiceFor(language: Sentence['lang']): SpeechSynthesisVoice | undefined {
  const voices = voicesFor(language)
  const chosen = language === 'zh' || language === 'en' ? read(keyOf(language)) : null
  return (
    voices.find(({ voiceURI }) => voiceURI === chosen) ??
    voices.find(({ lang }) => /^(zh.(CN|Hans)|en.US)/i.test(lang)) ??
    voices[0]
  )
}

export function chooseVoice(language: VoiceLanguage, voiceURI: string): void {
  write(keyOf(language), voiceURI)
}

/** How fast it is read; 1 is the voice's own pace. */
export function chosenRate(): number {
  const rate = Number(read(RATE_KEY) ?? 1)
  return rates.find((known) => known === rate) ?? 1
}

export function chooseRate(rate: number): void {
  write(RATE_KEY, String(rate))
}

// Without storage (private windows) the choice lasts as long as the page.
const kept = new Map<string, string>()

function read(key: string): string | null {
  try {
    return kept.get(key) ?? localStorage.getItem(key)
  } catch {
    return kept.get(key) ?? null
  }
}

function write(key: string, value: string): void {
  kept.set(key, value)
  try {
    localStorage.setItem(key, value)
  } catch {
    // Kept above.
  }
}
