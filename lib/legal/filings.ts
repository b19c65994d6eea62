import type { Config } from '../config.ts'

/** A number under which authorities know the site, as it stands at its foot. */
export interface Filing {
  kind: 'icp' | 'police' | 'model'
  text: string
  /** Where it can be looked up. */
  href?: string
}

/** The numbers that the operator has set, in the order in which they are shown. */
export function filingsOf(
  config: Pick<Config, 'ICP_NUMBER' | 'POLICE_NUMBER' | 'MODEL_FILING'>,
): readonly Filing[] {
  const { ICP_NUMBER, POLICE_NUMBER, MODEL_FILING } = config
  const code = /\d{8,20}/.exec(POLICE_NUMBER ?? '')?.[0]
  return [
    ...(ICP_NUMBER ? [{ kind: 'icp' as const, text: ICP_NUMBER, href: 'https://beian.miit.gov.cn/' }] : []),
    ...(POLICE_NUMBER
      ? [
          {
            kind: 'police' as const,
            text: POLICE_NUMBER,
            href: `https://beian.mps.gov.cn/#/query/webSearch?code=${code}`,
          },
        ]
      : []),
    ...(MODEL_FILING ? [{ kind: 'model' as const, text: MODEL_FILING }] : []),
  ]
}
