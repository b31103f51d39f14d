/** A small knowledge base, as `GET /v1/articles/{id}` answers it, for the stand-in of the service. */

const steps = `<ol>
<li>Open the sign-in page and choose <strong>Forgot your password?</strong></li>
<li>Type the address you signed up with.</li>
<li>Follow the link in the message within one hour.</li>
</ol>`;

export const articles = [
  {
    id: 'reset-password',
    title: 'Reset your password',
    lang: 'en',
    category: 'Account',
    updated: '2026-05-03T08:00:00Z',
    sections: [
      { title: 'By e-mail', anchor: 'by-e-mail' },
      { title: 'By text message', anchor: 'by-text-message' },
    ],
    anchor: 'by-e-mail',
    snippet: 'Open the sign-in page and choose Forgot your password?',
    html: (base) => `<p>There are two ways to choose a new password. Both take a minute.</p>
<h2 id="before-you-start">Before you start</h2>
<p>Your account must have an address that you can still read. ${'Nobody at our desk can see your password, so nobody can tell you what it was. '.repeat(6)}</p>
<p>${'If your company signs you in, its own rules hold, and this page does not. '.repeat(6)}</p>
<h2 id="by-e-mail">By e-mail</h2>
${steps}
<p>Nothing arrived? Look into the folder for junk, or see <a href="${base}articles/messages#junk">messages that do not arrive</a>.</p>
<h2 id="by-text-message">By text message</h2>
<!-- raw HTML omitted -->
<p>Choose <strong>Text me</strong> and type the <em>six digits</em> that we send. ${'The digits hold for ten minutes. '.repeat(10)}</p>
<table><thead><tr><th align="left">Country</th><th>Works</th></tr></thead><tbody><tr><td>Germany</td><td>yes</td></tr></tbody></table>
<p>${'You can have new digits at any time. '.repeat(20)}</p>`,
  },
  {
    id: 'messages',
    title: 'Messages that do not arrive',
    lang: 'en',
    category: 'Account',
    anchor: 'junk',
    snippet: 'Look into the folder for junk first: our messages are sometimes taken for advertising.',
    html: () =>
      `<p>Our messages come from one address.</p><h2 id="junk">Junk</h2><p>Look into the folder for junk first.</p>`,
  },
  {
    id: 'guide/passwords/safe',
    title: 'Choose a password that holds',
    lang: 'en',
    category: 'Safety',
    anchor: '',
    snippet: 'Four words that have nothing to do with each other make a good password.',
    html: () => `<p>Four words that have nothing to do with each other make a good password.</p>`,
  },
  {
    id: 'de/passwort',
    title: 'Passwort zurücksetzen',
    lang: 'de',
    category: 'Konto',
    anchor: 'per-e-mail',
    snippet: 'Öffnen Sie die Anmeldung und wählen Sie Passwort vergessen.',
    html: () =>
      `<h2 id="per-e-mail">Per E-Mail</h2><p>Öffnen Sie die Anmeldung und wählen Sie <strong>Passwort vergessen</strong>. Wir schicken Ihnen einen Link, der eine Stunde lang gilt.</p>`,
  },
  {
    id: 'ar/password',
    title: 'إعادة تعيين كلمة المرور',
    lang: 'ar',
    category: 'الحساب',
    anchor: '',
    snippet: 'افتح صفحة تسجيل الدخول واختر «نسيت كلمة المرور».',
    html: () => `<p>افتح صفحة تسجيل الدخول واختر «نسيت كلمة المرور». ستصلك رسالة فيها رابط صالح لمدة ساعة.</p>`,
  },
  {
    id: 'ja/password',
    title: 'パスワードを再設定する',
    lang: 'ja',
    category: 'アカウント',
    anchor: '',
    snippet: 'サインインの画面を開き、「パスワードを忘れた方」を選びます。',
    html: () =>
      `<p>サインインの画面を開き、「パスワードを忘れた方」を選びます。登録したメールアドレスに、1時間有効なリンクが届きます。</p>`,
  },
];
