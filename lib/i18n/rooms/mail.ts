/** Letters of the site, and the pages that send them. `{link}` is filled in when a letter is sent. */
const en = {
  resetLetter: {
    subject: 'A new password for {site}',
    text: `Somebody, probably you, asked for a new password for your account at {site}.

Set one here. The link works once, for one hour:
{link}

If it was not you, there is nothing to do: without this link your password stays as it is.
`,
  },
  confirmLetter: {
    subject: 'Confirm your e-mail address for {site}',
    text: `Your e-mail address was given for an account at {site}.

If it is yours, confirm it here. The link works once, for two days:
{link}

If you made no account there, do nothing: without this link the address stays unconfirmed.
`,
  },
  forgot: {
    text: 'Enter the e-mail address of your account, and a link to set a new password is sent there. It works once, within one hour.',
    submit: 'Send the link',
    sent: 'If there is an account with this address, a link is on its way. Nothing after a few minutes? Look in your spam folder, then ask whoever runs this site.',
  },
  confirm: {
    title: 'Confirm your e‑mail address',
    text: 'One click, and this site knows that the address is yours.',
    submit: 'Confirm address',
    done: 'Thank you, your address is confirmed.',
  },
  unconfirmed: {
    title: 'Your e‑mail address is not confirmed',
    text: 'Once it is confirmed, sign-in services with the same address can sign you in.',
    send: 'Send a link to {email}',
    sent: 'A link is on its way.',
  },
}

type Words = typeof en

const zhCN: Words = {
  resetLetter: {
    subject: '重设 {site} 的密码',
    text: `有人（很可能是你本人）请求重设你在 {site} 的账户密码。

请打开下面的链接设置新密码。链接一小时内有效，只能用一次：
{link}

如果不是你本人，不用理会：没有这条链接，密码不会改变。
`,
  },
  confirmLetter: {
    subject: '确认你在 {site} 的邮箱',
    text: `有人用你的邮箱在 {site} 注册了账户。

如果是你本人，请打开下面的链接确认。链接两天内有效，只能用一次：
{link}

如果你没有在那里注册过，不用理会：没有这条链接，邮箱不会得到确认。
`,
  },
  forgot: {
    text: '填写账户的邮箱，重设密码的链接会发到那里，一小时内有效，只能用一次。',
    submit: '发送链接',
    sent: '如果这个邮箱有账户，链接已在路上。几分钟后仍未收到的话，请先查看垃圾邮件，再联系运营者。',
  },
  confirm: {
    title: '确认邮箱',
    text: '点一下，本站就知道这个邮箱是你的。',
    submit: '确认邮箱',
    done: '谢谢，邮箱已确认。',
  },
  unconfirmed: {
    title: '你的邮箱还没有确认',
    text: '确认之后，使用同一邮箱的登录服务就可以让你登录。',
    send: '向 {email} 发送链接',
    sent: '链接已在路上。',
  },
}

export const mailTexts = { en, 'zh-CN': zhCN }
export type MailTexts = Words
