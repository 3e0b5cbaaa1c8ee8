// An SMSC for this machine: the package `smpp` speaks the protocol and decodes the texts.
//
//     node smsc.js PORT FILE
//
// Each part of a message becomes a line of JSON in FILE. The password of `shop` is `secret`; +10000000000 is refused.
"use strict";

const fs = require("fs");
const smpp = require("smpp");

const [port, path] = process.argv.slice(2);
let count = 0;

const bind = (session) => (pdu) => {
  const known = pdu.system_id === "shop" && pdu.password === "secret";
  session.known = known;
  session.send(pdu.response({ command_status: known ? smpp.ESME_ROK : smpp.ESME_RBINDFAIL, system_id: "smsc" }));
};

const server = smpp.createServer((session) => {
  session.on("error", () => session.close());
  session.on("bind_transmitter", bind(session));
  session.on("bind_transceiver", bind(session));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
  session.on("submit_sm", (pdu) => {
    if (!session.known) return session.send(pdu.response({ command_status: smpp.ESME_RINVBNDSTS }));
    if (pdu.destination_addr === "10000000000") {
      return session.send(pdu.response({ command_status: smpp.ESME_RINVDSTADR }));
    }
    const line = {
      from: [pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr],
      to: [pdu.dest_addr_ton, pdu.dest_addr_npi, pdu.destination_addr],
      data_coding: pdu.data_coding,
      esm_class: pdu.esm_class,
      others: [
        pdu.service_type,
        pdu.protocol_id,
        pdu.priority_flag,
        pdu.schedule_delivery_time,
        pdu.registered_delivery,
        pdu.replace_if_present_flag,
        pdu.sm_default_msg_id,
      ],
      udh: pdu.short_message.udh ? pdu.short_message.udh.map((element) => element.toString("hex")) : null,
      text: pdu.short_message.message,
      validity: pdu.validity_period,
      reference: pdu.user_message_reference,
    };
    fs.appendFileSync(path, JSON.stringify(line) + "\n");
    session.send(pdu.response({ message_id: String(++count) }));
  });
});
server.listen(Number(port), "127.0.0.1");
