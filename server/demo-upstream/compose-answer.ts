import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Attachment } from './attachments.ts'
import { questionsOf, type Turn } from './conversation.ts'
import { demoUses, type HostedTool, type ToolUse } from './hosted-tools.ts'
import { phrases } from './phrases.ts'

export type Language = 'zh' | 'en'

const files = {
  overview: 'overview',
  setup: 'setup',
  typescript: 'code-typescript',
  python: 'code-python',
  sql: 'code-sql',
  table: 'table',
  math: 'math',
  list: 'list',
} as const
type Section = keyof typeof files

const readAnswer = (language: Language, section: Section): string =>
  readFileSync(new URL(`./answers/${language}/${files[section]}.md`, import.meta.url), 'utf8').trim()

/**
 * The language to answer in. Han characters are weighed against words, so that a Chinese question about
 * `useEffect` or Python is still a Chinese one; kana means Japanese, which the demo does not speak.
 */
export function languageOf(text: string): Language {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'en'
  const prose = text.replace(/```[\s\S]*?```/g, '')
  const han = prose.match(/\p{Script=Han}/gu)?.length ?? 0
  const words = prose.match(/\p{Script=Latin}+/gu)?.length ?? 0
  return han > words ? 'zh' : 'en'
}

const TOPICS: Array<[Section, RegExp]> = [
  ['sql', /\bsql\b|数据库|\bdatabase\b|\bpostgres/i],
  ['python', /\bpython\b|爬虫|脚本|词频/i],
  [
    'typescript',
    /代码|程序|函数|编程|算法|正则|防抖|\bcode\b|\bfunction\b|\bprogram|\b(java|type)script\b|\bjs\b|\balgorithm\b|\bregex\b|\bdebounce\b|\breact\b/i,
  ],
  ['table', /表格|对比|比较|区别|\btables?\b|\bcompar(e|ison)|\bversus\b|\bvs\b|\bdifference/i],
  [
    'math',
    /公式|数学|方程|积分|概率|求导|证明|\blatex\b|\bmath|\bequation|\bformula|\bintegral|\bprobability\b|\bprove\b/i,
  ],
  [
    'list',
    /清单|列表|步骤|计划|建议|大纲|\blists?\b|\bsteps?\b|\bplan\b|\bideas?\b|\btips?\b|\boutline\b|\bchecklist\b/i,
  ],
]
const SETUP = /密钥|配置|怎么设置|如何设置|安装|部署|\bapi.?key\b|\bset.?up\b|\bconfigur|\binstall|\bdeploy/i
const LONG =
  /长文|长一点|文章|故事|作文|详细|\blong\b|\bessay\b|\bstory\b|\barticle\b|\bin detail\b|\bdetailed\b/i
const EVERYTHING: Section[] = ['list', 'typescript', 'table', 'math', 'python', 'sql']
const SAMPLES: Section[] = ['list', 'table', 'typescript', 'math']

/** Which prepared parts answer a question: those it names, else an overview first and another sample each turn. */
export function sectionsFor(question: string, turn: number): Section[] {
  if (SETUP.test(question)) return ['setup']
  if (LONG.test(question)) return EVERYTHING
  const named = TOPICS.filter(([, words]) => words.test(question)).map(([section]) => section)
  const code = named.find((section) => section === 'sql' || section === 'python')
  const wanted = code ? named.filter((section) => section !== 'typescript') : named
  if (wanted.length > 0) return wanted
  const sample = SAMPLES[(turn - 1) % SAMPLES.length]
  return turn === 0 || !sample ? ['overview'] : [sample]
}

const MAX_QUOTE_CHARS = 60

/** A question on one line, shortened, so written that it cannot become markup of the answer. */
export function quoted(question: string): string {
  const line = [...question.replace(/\s+/g, ' ').trim()]
  const short = line.length > MAX_QUOTE_CHARS ? `${line.slice(0, MAX_QUOTE_CHARS).join('')}…` : line.join('')
  return short.replace(/[\\`*_[\]<>#|$~!&]/g, '\\$&').replace(/^(\d*)([-+=.)])/, '$1\\$2')
}

const GREETING =
  /^\W*(hi|hello|hey|good (morning|afternoon|evening)|who are you|what are you)\b|^\s*(你好|您好|嗨|哈喽|早上好|晚上好|在吗|你是谁|你是什么)/i
const TITLE_ORDER =
  /\b(short|concise|brief|generate|write|give)\b.{0,80}\btitle\b|(简短|生成|起|取|拟|写).{0,30}标题/is
const TITLE_REQUEST =
  /^\W*(please )?(generate|write|give|create|suggest|make)\b.{0,60}\btitle\b|^(请|帮我)?.{0,12}(生成|起|取|拟|写).{0,30}标题/i

/** What a title is asked for, if the last message or the system's instructions ask for one. */
function textToTitle(turns: Turn[], questions: string[]): string | undefined {
  const question = questions.at(-1) ?? ''
  if (TITLE_REQUEST.test(question)) {
    return questions.length > 1 ? questions[0] : question.replace(/^[^:：\n]*[:：\n]/, '')
  }
  const ordered = turns.some(({ role, text }) => /^(system|developer)$/.test(role) && TITLE_ORDER.test(text))
  return ordered ? questions[0] : undefined
}

/** A few words of the text. */
function titleOf(text: string): string {
  const language = languageOf(text)
  const sentence =
    text
      .trim()
      .split(/[\n。？！?!.]/, 1)[0]
      ?.trim() ?? ''
  const words = sentence.split(/\s+/).slice(0, 6).join(' ')
  const short = language === 'zh' ? [...sentence].slice(0, 14) : [...words].slice(0, 60)
  return short.join('') || phrases[language].untitled
}

function listOf(attachments: readonly Attachment[], words: (typeof phrases)[Language]): string {
  const items = attachments.map(({ kind, name, bytes, size, lines }) => {
    const values: Record<string, string> = {
      name: `**${quoted(name ?? '?')}**`,
      size: size ? `${size.width} × ${size.height}` : '?',
      kilobytes: String(Math.max(1, Math.round(bytes / 1024))),
      lines: String(lines ?? 0),
    }
    return `- ${words[kind].replace(/\{\{(\w+)\}\}/g, (_, key: string) => values[key] ?? '')}`
  })
  return [words.received, items.join('\n'), words.notSeen].join('\n\n')
}

export interface Composed {
  text: string
  reasoning: string
  uses: ToolUse[]
}

export interface Composer {
  /** Answers the last question with the tools that are switched on. */
  compose(turns: Turn[], tools?: readonly HostedTool[]): Composed
  reset(): void
}

const MAX_REMEMBERED = 1000

/** The demo's author. It remembers how often a question was asked, so that another try reads a little differently. */
export function createComposer(): Composer {
  const asked = new Map<string, number>()

  function timesAsked(turn: number, question: string): number {
    // A digest, because a thousand questions may be long ones.
    const key = createHash('sha256').update(`${turn} ${question}`).digest('base64')
    const times = asked.get(key) ?? 0
    asked.delete(key)
    asked.set(key, times + 1)
    const oldest = asked.keys().next().value
    if (asked.size > MAX_REMEMBERED && oldest !== undefined) asked.delete(oldest)
    return times
  }

  return {
    compose(turns, tools = []) {
      const questions = questionsOf(turns)
      const question = questions.at(-1) ?? ''
      const toTitle = textToTitle(turns, questions)
      if (toTitle !== undefined) return { text: titleOf(toTitle), reasoning: '', uses: [] }

      const language = languageOf(question)
      const words = phrases[language]
      const turn = Math.max(0, questions.length - 1)
      const attached = turns.findLast(({ role }) => role === 'user')?.attachments ?? []
      const sections = attached.length > 0 ? [] : sectionsFor(question, turn)
      const variant = timesAsked(turn, question)
      const pick = (choices: readonly string[]) => choices[variant % choices.length] ?? ''
      const aboutItself = sections.includes('overview') || sections.includes('setup')
      const greets = question.trim() === '' || sections.includes('setup') || GREETING.test(question)
      const parts = [
        pick(greets ? words.greetings : words.openings).replace('{{question}}', () => quoted(question)),
        ...(attached.length > 0 ? [listOf(attached, words)] : []),
        ...tools.map((tool) => words.tools[tool]),
        ...sections.map((section) => readAnswer(language, section)),
        pick(aboutItself ? words.farewells : words.closings),
      ]
      const uses = demoUses(question, language, tools)
      return { text: parts.join('\n\n'), reasoning: pick(words.reasonings), uses }
    },
    reset: () => asked.clear(),
  }
}
