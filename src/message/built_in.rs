//! What is shown of this crate's own bindings, and the sentences for it.

use core::fmt::{self, Write};

use super::shown::{Field, Shown};
use super::wording::Language;
use crate::binding::{ContactChange, Login, Payment, PaymentBatch, TerminalActivation, Withdrawal};
use crate::contact::{ContactClaim, ContactRegistration, ContactRelease};

/// Amount and payee are required; `account` (its last four characters) and `reference` are optional.
impl Shown for Payment {
    const FIELDS: &'static [Field] = &[
        Field::required("amount"),
        Field::required("payee").shortening(),
        Field::optional("account"),
        Field::optional("reference"),
    ];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        match name {
            "amount" => write!(out, "{}", self.amount()),
            "payee" => out.write_str(self.payee()),
            "account" => mask(self.account(), out),
            "reference" => out.write_str(self.reference()),
            _ => Err(fmt::Error),
        }
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => {
                "{code} is your code to pay {amount} to {payee}. Valid {minutes} min. We never ask for this code."
            }
            Language::Chinese => "验证码{code}：向{payee}支付{amount}，{minutes}分钟内有效。我们绝不索要验证码。",
        })
    }
}

/// Total and number of payments are required (RTS Art. 5(3)(b)); the code is bound to every payee besides.
impl Shown for PaymentBatch {
    const FIELDS: &'static [Field] = &[Field::required("amount"), Field::required("count")];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        match name {
            "amount" => write!(out, "{}", self.total()),
            "count" => write!(out, "{}", self.count()),
            _ => Err(fmt::Error),
        }
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => {
                "{code} is your code for a batch of payments, {count} in number, {amount} in all. Valid {minutes} min. \
                 We never ask for this code."
            }
            Language::Chinese => {
                "验证码{code}：批量支付{count}笔，总额{amount}，{minutes}分钟内有效。我们绝不索要验证码。"
            }
        })
    }
}

/// Everything is required: the fee is money too, and the account is what a thief changes. Of the account the last four
/// characters are shown.
impl Shown for Withdrawal {
    const FIELDS: &'static [Field] = &[
        Field::required("amount"),
        Field::required("fee"),
        Field::required("payee").shortening(),
        Field::required("account"),
    ];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        match name {
            "amount" => write!(out, "{}", self.amount()),
            "fee" => write!(out, "{}", self.fee()),
            "payee" => out.write_str(self.payee()),
            "account" => mask(self.account(), out),
            _ => Err(fmt::Error),
        }
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => {
                "{code} is your code to withdraw {amount}, fee {fee}, to {payee}, {account}. Valid {minutes} min. We \
                 never ask for this code."
            }
            Language::Chinese => {
                "验证码{code}：提现{amount}，手续费{fee}，至{payee}账户{account}，{minutes}分钟内有效。我们绝不索要验证码。"
            }
        })
    }
}

/// The new address is required, the old one optional; both are masked.
impl Shown for ContactChange {
    const FIELDS: &'static [Field] = &[Field::required("contact"), Field::optional("old")];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        match name {
            "contact" => mask_contact(self.new_address(), out),
            "old" => mask_contact(self.old().unwrap_or("-"), out),
            _ => Err(fmt::Error),
        }
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => {
                "{code} is your code to reach you at {contact} from now on. Valid {minutes} min. We never ask for this \
                 code."
            }
            Language::Chinese => "验证码{code}：将联系方式设为{contact}，{minutes}分钟内有效。我们绝不索要验证码。",
        })
    }
}

/// What is to be confirmed is required, masked.
impl Shown for ContactRegistration {
    const FIELDS: &'static [Field] = &[Field::required("contact")];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        show_new(name, self.address().as_str(), out)
    }

    fn sentence(language: Language) -> Option<&'static str> {
        ContactChange::sentence(language)
    }
}

/// The new address is required, the old one optional; both are masked. The reader is somebody whom the account has already.
impl Shown for ContactRelease {
    const FIELDS: &'static [Field] = &[Field::required("contact"), Field::optional("old")];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        match name {
            "old" => mask_contact(self.old().map_or("-", |old| old.address().as_str()), out),
            _ => show_new(name, self.new_address().as_str(), out),
        }
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => {
                "{code} is your code to have your messages go to {contact}. Not you? Do nothing. Valid {minutes} min. We \
                 never ask for this code."
            }
            Language::Chinese => {
                "验证码{code}：同意将通知发送至{contact}，{minutes}分钟内有效。非本人操作请忽略。我们绝不索要验证码。"
            }
        })
    }
}

/// The new address is required, masked. The reader may be a stranger, and learns nothing of the old one.
impl Shown for ContactClaim {
    const FIELDS: &'static [Field] = &[Field::required("contact")];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        show_new(name, self.new_address().as_str(), out)
    }

    fn sentence(language: Language) -> Option<&'static str> {
        ContactChange::sentence(language)
    }
}

/// The terminal (model and serial number) and its merchant are required.
impl Shown for TerminalActivation {
    const FIELDS: &'static [Field] = &[Field::required("terminal"), Field::required("merchant")];

    fn show(&self, name: &str, out: &mut dyn Write) -> fmt::Result {
        match name {
            "terminal" => write!(out, "{} {}", self.model(), self.serial()),
            "merchant" => out.write_str(self.merchant()),
            _ => Err(fmt::Error),
        }
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => {
                "{code} is your code to activate terminal {terminal} for {merchant}. Valid {minutes} min. We never ask \
                 for this code."
            }
            Language::Chinese => {
                "验证码{code}：为{merchant}激活终端{terminal}，{minutes}分钟内有效。我们绝不索要验证码。"
            }
        })
    }
}

/// Nothing but the code: a session's id is a secret of its own.
impl Shown for Login {
    const FIELDS: &'static [Field] = &[];

    fn show(&self, _name: &str, _out: &mut dyn Write) -> fmt::Result {
        Err(fmt::Error)
    }

    fn sentence(language: Language) -> Option<&'static str> {
        Some(match language {
            Language::English => "{code} is your code to log in. Valid {minutes} min. We never ask for this code.",
            Language::Chinese => "验证码{code}：用于登录，{minutes}分钟内有效。我们绝不索要验证码。",
        })
    }
}

/// The last four characters, and of short texts at most the second half.
pub(super) fn mask(text: &str, out: &mut dyn Write) -> fmt::Result {
    let length = text.chars().count();
    let hidden = length - (length / 2).min(4);
    out.write_str("...")?;
    text.chars().skip(hidden).try_for_each(|character| out.write_char(character))
}

/// The one field of what is about one address.
fn show_new(name: &str, address: &str, out: &mut dyn Write) -> fmt::Result {
    if name == "contact" { mask_contact(address, out) } else { Err(fmt::Error) }
}

/// Of an e-mail address the first character and the domain, of a number the last four digits.
pub(super) fn mask_contact(address: &str, out: &mut dyn Write) -> fmt::Result {
    match address.split_once('@') {
        Some((local, domain)) => {
            local.chars().take(1).try_for_each(|character| out.write_char(character))?;
            write!(out, "...@{domain}")
        }
        None => mask(address, out),
    }
}
