import 'katex/dist/katex.min.css'
import { createMathPlugin } from '@streamdown/math'
import { findDisplays, setDisplays } from './displays-in-line.ts'

const { remarkPlugin, rehypePlugin } = createMathPlugin({
  singleDollarTextMath: false,
  errorColor: 'var(--danger)',
})

/** Mathematics: the parser of `$$…$$` and KaTeX with its fonts. Loaded when the first formula is there. */
export const math = {
  remarkPlugins: [remarkPlugin, findDisplays],
  rehypePlugins: [setDisplays, rehypePlugin],
}
