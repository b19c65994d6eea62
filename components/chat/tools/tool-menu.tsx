'use client'

import type { RefObject } from 'react'
import { Menu } from '#components/ui/menu.tsx'
import { hasHostedTools } from '#lib/chat/hosted-tools.ts'
import { modelTitle } from '#lib/chat/model-facts.ts'
import { fill } from '#lib/i18n/fill.ts'
import { toolTexts } from '#lib/i18n/rooms/tools.ts'
import { useChat, useSite, useStore } from '../chat-context.ts'
import { chosenModel } from '../models/choose-model.ts'
import { useModels } from '../models/use-models.ts'
import { isTemporary } from '../temporary/temporary-id.ts'
import { chosenTools, switchTool } from './chosen-tools.ts'
import { toolIcons } from './tool-names.ts'
import './tools.css'

/** The tools of OpenAI's own, each to be switched on or off; why not, where the model has none. */
export function ToolMenu(props: {
  anchor: RefObject<HTMLElement | null>
  conversationId: string | null
  onClose: () => void
}) {
  const { conversationId } = props
  const store = useStore()
  const { locale, tools, texts: page } = useSite()
  const texts = toolTexts[locale]
  const chosen = useChat((state) => chosenTools(state, conversationId))
  const modelId = useChat((state) => chosenModel(state, conversationId))
  const { answer } = useModels()
  const model = answer?.models.find(({ id }) => id === (modelId ?? answer.defaultId))
  const hasTools = model === undefined || hasHostedTools(model)
  return (
    <Menu anchor={props.anchor} align="left" onClose={props.onClose}>
      {tools.map((tool) => {
        const Icon = toolIcons[tool]
        const isKept = !(tool === 'image_generation' && isTemporary(conversationId))
        const isOn = chosen.includes(tool)
        return (
          <button
            key={tool}
            type="button"
            role="menuitemcheckbox"
            aria-checked={isOn}
            // What is on can be switched off, whatever the model.
            aria-disabled={!isOn && !(hasTools && isKept)}
            tabIndex={-1}
            className="menu-item tool-item"
            onClick={(event) => {
              if (event.currentTarget.getAttribute('aria-disabled') === 'true') return
              void switchTool(store, conversationId, tool)
            }}
          >
            <Icon size={18} className="shrink-0" aria-hidden />
            <span className="tool-item-words">
              <span>{page.composer.toolNames[tool]}</span>
              <span className="tool-item-hint">{isKept ? texts.hints[tool] : texts.notTemporary}</span>
            </span>
            <span className="tool-item-switch" aria-hidden />
          </button>
        )
      })}
      <p role="presentation" className="tool-menu-word">
        {model && !hasTools
          ? fill(texts.modelHasNone, { model: model.name ?? modelTitle(model.id) })
          : texts.about}
      </p>
    </Menu>
  )
}
