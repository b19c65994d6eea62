import { text } from '../setting-kinds.ts'

/** What conversations are called. A group of `lib/config.ts`, which spreads it in. */
export const titleSettings = {
  TITLE_MODEL: {
    schema: text(1, 200).optional(),
    meta: {
      group: 'upstream' as const,
      about:
        'The model that gives new conversations a title, a small and quick one; `off` leaves them with the first words of their question. It is sent the first question, and is paid for like any other request.',
      fallback: '`gpt-5.4-nano` at OpenAI, the demo in the demo, `off` elsewhere',
      example: 'gpt-5.4-nano',
    },
  },
}
