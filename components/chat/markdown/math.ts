import 'katex/dist/katex.min.css'
import { createMathPlugin } from '@streamdown/math'

/** Mathematics: the parser of `$$…$$` and KaTeX with its fonts. Loaded when the first formula is there. */
export const math = createMathPlugin({ singleDollarTextMath: false, errorColor: 'var(--danger)' })
