import { expect, test } from 'vitest'
import { tellCounts } from '#components/chat/data/data-panel.tsx'
import { dataTexts } from '#lib/i18n/rooms/data.ts'

test('an import tells what became of conversations, and nothing of what there was none of', () => {
  const counts = { imported: 12, here: 0, restored: 0, skipped: 1 }
  expect(tellCounts(counts, dataTexts.en)).toBe('Imported: 12 · Skipped: 1')
  expect(tellCounts(counts, dataTexts['zh-CN'])).toBe('新导入 12 个 · 跳过 1 个')
  expect(tellCounts({ ...counts, imported: 0, skipped: 0 }, dataTexts.en)).toBe('')
})
