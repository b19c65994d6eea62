import { cjk } from '@streamdown/cjk'
import remarkGfm from 'remark-gfm'
import { defaultRemarkPlugins, type StreamdownProps } from 'streamdown'
import { addressesAsText } from './addresses-as-text.ts'
import { htmlAsText } from './html-as-text.ts'
import { linesAsWritten } from './lines-as-written.ts'

type Pluggable = NonNullable<StreamdownProps['remarkPlugins']>[number]

/** From 3~5 to 10~15: one tilde is “to”, in Chinese above all. What is struck through stands between two. */
const twoTildes = { singleTilde: false }

const [strikethrough] = cjk.remarkPluginsAfter.slice(-1)

/** Emphasis beside Chinese. The last of its plugins is that for what is struck through. */
export const plugins = {
  cjk: {
    ...cjk,
    remarkPluginsAfter: [...cjk.remarkPluginsAfter.slice(0, -1), [strikethrough, twoTildes] as Pluggable],
  },
}

/** What reads an answer, beside {@link plugins}. */
export const remarkPlugins: Pluggable[] = [
  ...Object.values({ ...defaultRemarkPlugins, gfm: [remarkGfm, twoTildes] as Pluggable }),
  htmlAsText,
  addressesAsText,
  linesAsWritten,
]
