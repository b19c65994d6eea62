import fc from 'fast-check'
import { expect, it } from 'vitest'
import { promptFile, readPromptFile } from '#components/chat/prompts/prompt-file.ts'
import { fillVariables, variablesOf } from '#components/chat/prompts/template.ts'
import { prompt } from '#lib/chat/prompts.ts'
import { promptsTexts } from '#lib/i18n/rooms/prompts.ts'

const id = '0b7b1f8e-0000-4000-8000-000000000000'

it('asks for each variable once, in order, and leaves what is no variable', () => {
  const text = 'From {{ a }} to {{目标}}, {{a}} again; not {b}, {{}}, {{ }} or {{c\nd}}.'
  expect(variablesOf(text)).toEqual(['a', '目标'])
  expect(fillVariables(text, new Map([['a', '$1 {{目标}}']]))).toBe(
    'From $1 {{目标}} to {{目标}}, $1 {{目标}} again; not {b}, {{}}, {{ }} or {{c\nd}}.',
  )
})

it('a file of prompts is read as it was written, and again adds nothing', async () => {
  const texts = fc.string({ minLength: 1, maxLength: 50 }).filter((text) => text.trim() !== '')
  const prompts = fc.uniqueArray(
    fc.record({ id: fc.uuid(), title: texts, folder: fc.string(), text: texts }),
    {
      minLength: 1,
      maxLength: 5,
      selector: ({ title }) => title.trim(),
    },
  )
  await fc.assert(
    fc.asyncProperty(prompts, async (written) => {
      const json = await promptFile(written).text()
      const read = readPromptFile(json, [])
      const bare = (list: typeof written) =>
        list.map((one) => [one.title.trim(), one.folder.trim().slice(0, 60), one.text.trim()])
      expect(bare(read ?? [])).toEqual(bare(written))
      expect(readPromptFile(json, read ?? [])).toEqual([])
    }),
    { numRuns: 50 },
  )
})

it.each([
  ['[{"act":"Pirate","prompt":"Talk like one."}]', 'Pirate'],
  ['[{"command":"mail","title":"Mail","content":"Write a mail."}, 5, {"title":"no text"}]', 'Mail'],
  ['{"prompts":[{"name":"Named","text":"x"}]}', 'Named'],
])('reads %s', (json, title) => {
  expect(readPromptFile(json, [])).toMatchObject([{ title }])
})

it.each(['', 'x', '{}', '[]', '[{"title":"only"}]', '"text"'])('finds none in %j', (json) => {
  expect(readPromptFile(json, [])).toBeNull()
})

it('the prompts of the site can be kept, are the same in both languages and have what they ask for', () => {
  for (const { builtIn } of Object.values(promptsTexts)) {
    for (const one of builtIn) expect(prompt.safeParse({ ...one, id }).success).toBe(true)
    expect(builtIn.map(({ text }) => variablesOf(text).length)).toEqual(
      promptsTexts.en.builtIn.map(({ text }) => variablesOf(text).length),
    )
  }
})
