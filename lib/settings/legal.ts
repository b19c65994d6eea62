import { choice, text, wholeNumberOrOff } from '../setting-kinds.ts'

/** What the law asks of whoever runs the site. A group of `lib/config.ts`; `docs/legal.md` is the guide. */
export const legalSettings = {
  ACCEPT_TERMS: {
    schema: choice(['on', 'off']).optional(),
    meta: {
      group: 'site' as const,
      about:
        'Whether (`on`) people, guests too, must accept the terms and the privacy notice before their first question, and again when one of them has changed. Who accepted which text, when and in which language is recorded.',
      fallback: '`on` for everybody but whoever sits at the very computer the site runs on',
    },
  },
  MINIMUM_AGE: {
    schema: wholeNumberOrOff(1, 99)
      .prefault('off')
      .transform((age) => (age === 'off' ? undefined : age)),
    meta: {
      group: 'site' as const,
      about:
        'How old people have to say they are when they accept the terms, such as 14 or 18; `off` asks for no age. Where ACCEPT_TERMS asks nobody, nobody is asked.',
      fallback: 'off',
      example: '18',
    },
  },
  LEGAL_DIR: {
    schema: text(1, 4096).optional(),
    meta: {
      group: 'site' as const,
      about:
        'A folder with Markdown that is put at the end of the terms and the privacy notice: `terms.en.md`, `terms.zh-CN.md`, `privacy.en.md`, `privacy.zh-CN.md`, each if it is there. The texts that come with the site stay.',
      example: '/etc/tain/legal',
    },
  },
  MODERATION: {
    schema: choice(['off', 'upstream', 'local']).default('off'),
    meta: {
      group: 'site' as const,
      about:
        'Who looks at questions of the chat before they are stored and asked: `upstream` (its `/v1/moderations`, through the gateway), `local` (MODERATION_WORDS alone), or nobody (`off`). What is refused goes back to its writer. Requests of programs to `/v1` are passed on as they are.',
      fallback: 'off',
    },
  },
  MODERATION_WORDS: {
    schema: text(1, 4096).optional(),
    meta: {
      group: 'site' as const,
      about:
        'A file with words and phrases that questions may not have, one a line, `#` for remarks. With MODERATION=upstream it is used while that cannot be asked.',
      example: '/etc/tain/words.txt',
    },
  },
  MODERATION_FAILURE: {
    schema: choice(['open', 'closed']).default('open'),
    meta: {
      group: 'site' as const,
      about: 'What becomes of a question that nobody could look at: it is asked (`open`) or not (`closed`).',
      fallback: 'open',
    },
  },
  ICP_NUMBER: {
    schema: text(4, 60).optional(),
    meta: {
      group: 'site' as const,
      about:
        'The ICP filing number of a site in mainland China, shown at the foot with a link to the registry.',
      example: '京ICP备00000000号-1',
    },
  },
  POLICE_NUMBER: {
    schema: text(8, 60)
      .refine((number) => /\d{8,20}/.test(number), { error: 'must have the digits of the filing' })
      .optional(),
    meta: {
      group: 'site' as const,
      about:
        'The public security filing number of a site in mainland China, shown at the foot with a link to the registry.',
      example: '京公网安备00000000000000号',
    },
  },
  MODEL_FILING: {
    schema: text(2, 200).optional(),
    meta: {
      group: 'site' as const,
      about: 'The name and filing number of the model, for operators who have to show them at the foot.',
    },
  },
}
