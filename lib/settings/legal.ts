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
