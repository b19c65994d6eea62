'use client'

import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useAwake } from '#components/ui/use-awake.ts'
import type { AccountTexts } from '#lib/i18n/rooms/account.ts'
import { type Field, valuesOf } from './form-values.ts'
import { type FormError, type Method, sendJson } from './post-json.ts'

interface Props {
  id?: string
  method?: Method
  endpoint: string
  fields: readonly Field[]
  /** Fields that need not be seen, behind a line that opens them. */
  more?: { summary: string; fields: readonly Field[] }
  /** What is sent beside what the fields have. */
  fixed?: Record<string, unknown>
  /** How many fields stand beside each other, where there is room. */
  columns?: 2 | 3
  submit: string
  errors: AccountTexts['errors']
  /** Where to go afterwards; without it, `done` is shown and the form stays. */
  next?: string
  done?: string
  /** How the button looks: by default as the one thing to do on the page. */
  look?: 'quiet' | 'danger'
  onDone?: (data: unknown) => void
  children?: ReactNode
}

/** A form of the account pages: labelled fields, one button, and errors beside the field that they are about. */
export function AccountForm({ method = 'POST', endpoint, fields, submit, errors, ...props }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const [error, setError] = useState<FormError>()
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle')
  const isFilled = useFragment(form, fields)
  const isAwake = useAwake()
  const allFields = [...fields, ...(props.more?.fields ?? [])]
  const errorOf = ({ name }: Field) => (error?.field === name ? error.message : undefined)
  // What a link brought is shown only where something is wrong with it.
  const isShown = (field: Field) => !(field.fromFragment && isFilled) || errorOf(field) !== undefined

  async function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const element = event.currentTarget
    setError(undefined)
    setState('busy')
    const result = await sendJson(
      method,
      endpoint,
      valuesOf(new FormData(element), allFields, props.fixed),
      errors,
    )
    if ('error' in result) {
      setError(result.error)
      setState('idle')
      const named = result.error.field && element.elements.namedItem(result.error.field)
      if (named instanceof HTMLElement) {
        named.closest('details')?.setAttribute('open', '')
        named.focus()
      }
      return
    }
    // Everything on the next page is another person's: it is loaded anew.
    if (props.next !== undefined) return window.location.assign(props.next)
    for (const field of fields) if (field.type === 'password') clear(element, field.name)
    setState('done')
    props.onDone?.(result.data)
  }

  return (
    <form
      ref={form}
      id={props.id}
      className="account-form"
      data-columns={props.columns}
      onSubmit={send}
      noValidate
    >
      {fields.map((field) => (
        <FormField key={field.name} field={field} error={errorOf(field)} isHidden={!isShown(field)} />
      ))}
      {props.more && (
        <details className="account-more unfolds">
          <summary>{props.more.summary}</summary>
          <div className="account-form" data-columns={2}>
            {props.more.fields.map((field) => (
              <FormField key={field.name} field={field} error={errorOf(field)} />
            ))}
          </div>
        </details>
      )}
      {props.children}
      <p role="alert" className="account-error">
        {error && !allFields.some(({ name }) => name === error.field) ? error.message : null}
      </p>
      <button
        type="submit"
        className={`button ${LOOKS[props.look ?? 'primary']}`}
        disabled={state === 'busy' || !isAwake}
        data-waking={!isAwake || undefined}
      >
        {submit}
      </button>
      <p role="status" className="account-done">
        {state === 'done' ? props.done : null}
      </p>
    </form>
  )
}

const LOOKS = { primary: 'button-primary', quiet: '', danger: 'account-danger' }

/** Fields that browsers would refuse or change too early, and the keyboard that a phone shows for them. */
const TYPED_AS_TEXT: Partial<Record<string, 'numeric' | 'decimal' | 'text'>> = {
  number: 'numeric',
  amount: 'decimal',
  list: 'text',
}

function FormField(props: { field: Field; error: string | undefined; isHidden?: boolean }) {
  const { field, error, isHidden } = props
  const id = useId()
  const { name, label, type = 'text', autoComplete, hint, placeholder, value, wide } = field
  const input = (
    <input
      id={id}
      name={name}
      type={TYPED_AS_TEXT[type] ? 'text' : type}
      inputMode={TYPED_AS_TEXT[type]}
      placeholder={placeholder}
      autoComplete={autoComplete ?? 'off'}
      defaultValue={value}
      spellCheck={false}
      aria-invalid={error !== undefined}
      aria-describedby={error || hint ? `${id}-note` : undefined}
    />
  )
  return (
    <div
      className={type === 'checkbox' ? 'account-check' : 'account-field'}
      data-wide={wide}
      hidden={isHidden}
    >
      {type === 'checkbox' && input}
      <label htmlFor={id}>{label}</label>
      {type !== 'checkbox' && input}
      {(error ?? hint) && (
        <p
          id={`${id}-note`}
          className={error ? 'account-error' : 'account-hint'}
          role={error ? 'alert' : undefined}
        >
          {error ?? hint}
        </p>
      )}
    </div>
  )
}

function clear(form: HTMLFormElement, name: string) {
  const input = form.elements.namedItem(name)
  if (input instanceof HTMLInputElement) input.value = ''
}

/** Fills the code of a link in, and takes it out of the address bar. Whether there was one. */
function useFragment(form: React.RefObject<HTMLFormElement | null>, fields: readonly Field[]): boolean {
  const [isFilled, setFilled] = useState(false)
  const name = fields.find(({ fromFragment }) => fromFragment)?.name
  useEffect(() => {
    const code = window.location.hash.slice(1)
    const input = name === undefined ? null : form.current?.elements.namedItem(name)
    if (!code || !(input instanceof HTMLInputElement)) return
    input.value = decodeURIComponent(code)
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
    setFilled(true)
  }, [form, name])
  return isFilled
}
