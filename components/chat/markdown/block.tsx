'use client'

import { memo, useContext, useMemo } from 'react'
import { type BlockProps, Block as OneBlock } from 'streamdown'
import { CodeFigure } from './code-figure.tsx'
import { readFencedCode } from './fenced-code.ts'
import { LongList, readLongList } from './long-list.tsx'
import { LongTable, readLongTable } from './long-table.tsx'
import { MathContext } from './use-math.ts'

/** A block of an answer, which is parsed anew only when it changes. One with formulas is set with what sets them, if that is there. */
export const Block = memo(function Block(props: BlockProps) {
  const { content, remarkPlugins, rehypePlugins } = props
  const math = useContext(MathContext)
  const hasMath = math !== undefined && content.includes('$$')
  const remark = useMemo(
    () => (hasMath ? [...(remarkPlugins ?? []), ...math.remarkPlugins] : remarkPlugins),
    [hasMath, math, remarkPlugins],
  )
  const rehype = useMemo(
    () => (hasMath ? [...(rehypePlugins ?? []), ...math.rehypePlugins] : rehypePlugins),
    [hasMath, math, rehypePlugins],
  )
  const block = { ...props, remarkPlugins: remark, rehypePlugins: rehype }
  const code = useMemo(() => readFencedCode(content), [content])
  const table = useMemo(() => readLongTable(content), [content])
  const list = useMemo(() => readLongList(content), [content])
  if (code) return <CodeFigure {...code} />
  if (table) return <LongTable block={block} table={table} />
  if (list) return <LongList block={block} list={list} />
  return <OneBlock {...block} />
})
