/** Signing in with GitHub, Google or an OpenID Connect provider, and linking an account to one. */
const en = {
  or: 'or',
  continueWith: 'Continue with {name}',
  openToNew:
    'With one of the services below you get an account at once; with a password you need an invitation.',
  title: 'Other ways to sign in',
  intro: 'Link a service, and you can sign in with it instead of a password.',
  link: 'Link',
  linkName: 'Link {name}',
  unlink: 'Unlink',
  unlinkName: 'Unlink {name}',
  notLinked: 'not linked',
  problems: {
    denied: 'You were not signed in: {name} was told no, or said no.',
    provider_error: '{name} answered with an error of its own. Try again later, or sign in another way.',
    too_late: 'This sign-in was not begun here, or took longer than 15 minutes. Please begin again.',
    failed:
      'The answer of {name} could not be used, so you were not signed in. Try again; if it stays so, whoever runs this site finds the reason in its log.',
    email_unverified:
      '{name} has not verified your e-mail address, which this site asks for. Confirm the address there, then try again.',
    wrong_domain: 'This site lets in only people with an e-mail address of its own domains.',
    link_first:
      'There is an account with your e-mail address already. Sign in to it with its password, then link {name} on the account page.',
    not_invited:
      'There is no account for you here yet, and new ones need an invitation. Open the link of your invitation and continue with {name} there.',
    wrong_code: 'This invitation is wrong, too old, or was used.',
    too_many_tries: 'Too many tries from your network. Please try again in an hour.',
    account_closed: 'This account is closed. Ask whoever runs this site.',
    linked_elsewhere: 'This person at {name} is linked to another account here. Unlink it there first.',
    other_session:
      'You were signed out or in as somebody else meanwhile, so nothing was linked. Please begin again.',
  } as Record<string, string>,
  errors: {
    provider_unreachable: '{name} cannot be reached, or does not know this site. Try again later.',
    last_way_in: 'Nothing would be left to sign in with. Set a password or link another service first.',
    no_session: 'Your proxy signs you in here; nothing can be linked.',
  },
}

type Words = typeof en

const zhCN: Words = {
  or: '或',
  continueWith: '使用 {name} 登录',
  openToNew: '用下面的服务可以立即获得账户；用密码注册则需要邀请。',
  title: '其他登录方式',
  intro: '关联一项服务后，就可以用它代替密码登录。',
  link: '关联',
  linkName: '关联 {name}',
  unlink: '取消关联',
  unlinkName: '取消关联 {name}',
  notLinked: '未关联',
  problems: {
    denied: '没有登录：你或 {name} 拒绝了这次登录。',
    provider_error: '{name} 返回了它自己的错误。请稍后再试，或换一种方式登录。',
    too_late: '这次登录不是在这里发起的，或用时超过了 15 分钟。请重新开始。',
    failed: '{name} 的回应无法使用，所以没有登录。请再试一次；如果一直这样，运营者可以在网站日志里找到原因。',
    email_unverified: '本站要求邮箱经过验证，而 {name} 还没有验证你的邮箱。请先在那里确认邮箱，再试一次。',
    wrong_domain: '本站只允许使用指定域名邮箱的人进入。',
    link_first: '你的邮箱在本站已有账户。请先用密码登录，再到账户页关联 {name}。',
    not_invited: '你在本站还没有账户，新账户需要邀请。请打开邀请链接，在那里使用 {name} 登录。',
    wrong_code: '邀请不对、已过期或已用过。',
    too_many_tries: '你所在的网络尝试次数过多，请一小时后再试。',
    account_closed: '这个账户已停用，请联系运营者。',
    linked_elsewhere: '{name} 上的这个身份已关联到本站的另一个账户，请先在那里取消关联。',
    other_session: '期间你已退出登录或换了账户，所以没有关联。请重新开始。',
  },
  errors: {
    provider_unreachable: '连不上 {name}，或它不认识本站。请稍后再试。',
    last_way_in: '这样就没有办法登录了。请先设置密码，或关联另一项服务。',
    no_session: '你由代理登录，不能关联其他服务。',
  },
}

export const providerTexts = { en, 'zh-CN': zhCN }
export type ProviderTexts = Words
