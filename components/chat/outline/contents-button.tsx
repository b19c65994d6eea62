'use client'

import { Ellipsis, TextSearch } from 'lucide-react'
import { lazyPart } from '#components/ui/lazy-part.tsx'
import { MenuButton } from '#components/ui/menu-button.tsx'
import { useTexts } from '../chat-context.ts'

const load = () => import('./contents-menu.tsx')
const ContentsMenu = lazyPart(async () => (await load()).ContentsMenu)

/** The way to any place in a conversation: the search in it, and its questions. On a phone, to what else can be done with it too. */
export function ContentsButton({ conversationId }: { conversationId: string }) {
  const { contents, more } = useTexts().conversation
  const face = (
    <>
      <TextSearch size={18} className="max-md:hidden" aria-hidden />
      <Ellipsis size={18} className="md:hidden" aria-hidden />
      <span className="sr-only max-md:hidden">{contents}</span>
      <span className="sr-only md:hidden">{more}</span>
    </>
  )
  return (
    <MenuButton className="icon-button order-1" title={contents} load={load} face={face}>
      {(open) => <ContentsMenu conversationId={conversationId} {...open} />}
    </MenuButton>
  )
}
