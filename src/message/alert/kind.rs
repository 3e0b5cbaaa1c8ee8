use crate::binding::{Payment, PaymentBatch, Withdrawal};
use crate::message::shown::{Field, Shown as _};
use crate::message::wording::Language;

/// What an alert is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlertKind {
    /// A payment was approved: `{amount}`, `{payee}`, and if you like `{account}` and `{reference}`.
    Payment,
    /// A batch was approved: `{amount}`, `{count}`.
    PaymentBatch,
    /// A withdrawal was approved: `{amount}`, `{fee}`, `{payee}`, `{account}`.
    Withdrawal,
    /// Too many wrong codes: locked for `{minutes}`, rounded up.
    Locked,
    /// The next wrong code disables (RTS Art. 4(3)(b)).
    NextDisables,
    /// Disabled until somebody at the desk helps.
    Disabled,
    /// Another contact takes this one's place: `{contact}`, masked. It goes to the old one.
    ContactChanged,
    /// Another contact was added beside this one: `{contact}`, masked.
    ContactAdded,
    /// An authenticator was added (NIST SP 800-63B-4): `{name}`.
    AuthenticatorAdded,
}

impl AlertKind {
    pub(super) const ALL: [Self; 9] = [
        Self::Payment,
        Self::PaymentBatch,
        Self::Withdrawal,
        Self::Locked,
        Self::NextDisables,
        Self::Disabled,
        Self::ContactChanged,
        Self::ContactAdded,
        Self::AuthenticatorAdded,
    ];

    pub(super) const fn fields(self) -> &'static [Field] {
        match self {
            Self::Payment => Payment::FIELDS,
            Self::PaymentBatch => PaymentBatch::FIELDS,
            Self::Withdrawal => Withdrawal::FIELDS,
            Self::Locked | Self::NextDisables | Self::Disabled => &[],
            Self::ContactChanged | Self::ContactAdded => const { &[Field::required("contact")] },
            Self::AuthenticatorAdded => const { &[Field::required("name")] },
        }
    }

    pub(super) const fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english(),
            Language::Chinese => self.chinese(),
        }
    }

    const fn english(self) -> &'static str {
        match self {
            Self::Payment => "Approved with a code: {amount} to {payee}. Not you? Contact us the way you always do.",
            Self::PaymentBatch => {
                "Approved with a code: {amount} in {count} payments. Not you? Contact us the way you always do."
            }
            Self::Withdrawal => {
                "Approved with a code: withdrawal of {amount}, fee {fee}, to {payee}, {account}. Not you? Contact us the way \
                 you always do."
            }
            Self::Locked => {
                "Too many wrong codes. Codes are refused for {minutes} min. Not you? Contact us the way you always do."
            }
            Self::NextDisables => {
                "Many wrong codes were typed. One more, and codes are refused until you contact us. Not you? Contact us now, \
                 the way you always do."
            }
            Self::Disabled => "Too many wrong codes. Codes are refused until you contact us, the way you always do.",
            Self::ContactChanged => {
                "Messages about your account now go to {contact}, and no longer here. Not you? Contact us the way you \
                 always do."
            }
            Self::ContactAdded => {
                "Messages about your account now also go to {contact}. Not you? Contact us the way you always do."
            }
            Self::AuthenticatorAdded => {
                "An authenticator was added to your account: {name}. Not you? Contact us the way you always do."
            }
        }
    }

    const fn chinese(self) -> &'static str {
        match self {
            Self::Payment => "已凭验证码批准：向{payee}支付{amount}。如非本人操作，请按常用方式联系我们。",
            Self::PaymentBatch => "已凭验证码批准：支付{count}笔，总额{amount}。如非本人操作，请按常用方式联系我们。",
            Self::Withdrawal => {
                "已凭验证码批准：提现{amount}，手续费{fee}，至{payee}账户{account}。如非本人操作，请按常用方式联系我们。"
            }
            Self::Locked => "验证码错误过多，{minutes}分钟内不再接受。如非本人操作，请按常用方式联系我们。",
            Self::NextDisables => {
                "验证码多次错误，再错一次将停用，直至您联系我们。如非本人操作，请立即按常用方式联系我们。"
            }
            Self::Disabled => "验证码错误过多，已停用。请按常用方式联系我们。",
            Self::ContactChanged => {
                "您账户的通知今后发送至{contact}，不再发送至此处。如非本人操作，请按常用方式联系我们。"
            }
            Self::ContactAdded => "您账户的通知今后也会发送至{contact}。如非本人操作，请按常用方式联系我们。",
            Self::AuthenticatorAdded => "您的账户已添加验证器：{name}。如非本人操作，请按常用方式联系我们。",
        }
    }
}
