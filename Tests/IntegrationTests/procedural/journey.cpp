// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

// The same in C++.

#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

#include "smtp_component.h"

namespace {

/// One component, which ends with its scope.
class Component {
public:
    Component()
    {
        for (int event = SMTP_COMPONENT_EVENT_CONNECTION_STATUS; event <= SMTP_COMPONENT_EVENT_TRANSFER; event++)
            result("register", smtp_component_register_callback(handle, event, &Component::print, this));
    }

    ~Component() { std::cout << "close " << smtp_component_close(handle) << "\n"; }

    void result(const std::string &name, int code)
    {
        std::cout << name << " " << code << "\n";
        if (code != smtp_component_get_last_error_code(handle)) std::abort();
    }

    void set(int id, const std::string &value, int index = 0)
    {
        const int code = smtp_component_set_bytes(handle, id, index, value.data(), value.size());
        if (code != 0) result("set", code);
    }

    std::string get(int id) const
    {
        std::size_t length = 0;
        const void *bytes = smtp_component_get_bytes(handle, id, 0, &length);
        return std::string(static_cast<const char *>(bytes), length);
    }

    void config(const std::string &configuration)
    {
        smtp_component_do_config(handle, configuration.c_str());
        if (smtp_component_get_last_error_code(handle) != 0) result("config", -1);
    }

    void interruptAtMail()
    {
        std::unique_lock<std::mutex> held(lock);
        changed.wait(held, [this] { return mailCommands > 0; });
        smtp_component_do_interrupt(handle);
    }

    void forgetMail()
    {
        std::lock_guard<std::mutex> held(lock);
        mailCommands = 0;
    }

    const smtp_component_handle handle = smtp_component_open();

private:
    static void print(
        smtp_component_handle handle, int event, const smtp_component_argument *arguments, int count, void *context)
    {
        Component *self = static_cast<Component *>(context);
        if (handle != self->handle) std::abort();
        std::cout << "event " << event;
        for (int i = 0; i < count; i++) {
            std::cout << " " << arguments[i].name << "=";
            if (arguments[i].text != nullptr) std::cout << arguments[i].text;
            else std::cout << arguments[i].number;
        }
        std::cout << "\n";
        if (event == SMTP_COMPONENT_EVENT_PI_TRAIL && std::strncmp(arguments[1].text, "MAIL FROM", 9) == 0) {
            std::lock_guard<std::mutex> held(self->lock);
            self->mailCommands++;
            self->changed.notify_one();
        }
    }

    std::mutex lock;
    std::condition_variable changed;
    int mailCommands = 0;
};

}  // namespace

int main(int count, char **arguments)
{
    if (count != 6 || smtp_component_abi_version() != SMTP_COMPONENT_ABI_VERSION) return 2;
    const std::string securePort = arguments[1], authorities = arguments[2], scriptedPort = arguments[4];
    const char *queue = arguments[3], *hangingPort = arguments[5];
    const std::string boundary = "----parts----";

    Component smtp;
    smtp.set(SMTP_COMPONENT_PROPERTY_MAIL_SERVER, "localhost");
    smtp.set(SMTP_COMPONENT_PROPERTY_MAIL_PORT, securePort);
    smtp.set(SMTP_COMPONENT_PROPERTY_USER, "app");
    smtp.set(SMTP_COMPONENT_PROPERTY_PASSWORD, "sesame");
    smtp.config("TLS=starttls");
    smtp.config("TLSCAFile=" + authorities);
    smtp.config("Charset=UTF-8");
    smtp.set(SMTP_COMPONENT_PROPERTY_FROM, "App <app@app.example>");
    smtp.set(SMTP_COMPONENT_PROPERTY_SEND_TO, "Älice <alice@example.net>");
    smtp.set(SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_COUNT, "2");
    smtp.set(SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_ADDRESS, "bob@example.net", 1);
    smtp.set(SMTP_COMPONENT_PROPERTY_MESSAGE_RECIPIENT_TYPE, "1", 1);
    smtp.set(SMTP_COMPONENT_PROPERTY_SUBJECT, "Grüße");
    smtp.set(
        SMTP_COMPONENT_PROPERTY_OTHER_HEADERS,
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"" + boundary + "\"\r\n");
    smtp.set(
        SMTP_COMPONENT_PROPERTY_MESSAGE_TEXT,
        "--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSchöne Grüße\r\n--" + boundary
            + "\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
              "Content-Disposition: attachment; filename=\"data.bin\"\r\n\r\nAAEC/w==\r\n--"
            + boundary + "--\r\n");

    smtp.result("connect", smtp_component_do_connect(smtp.handle));
    smtp.result("send", smtp_component_do_send(smtp.handle));
    smtp.result("verify", smtp_component_do_verify(smtp.handle, "alice@example.net"));
    std::cout << "LastReply " << smtp.get(SMTP_COMPONENT_PROPERTY_LAST_REPLY).substr(0, 3) << "\n";
    smtp.result("Command", smtp_component_set(smtp.handle, SMTP_COMPONENT_PROPERTY_COMMAND, 0, "NOOP"));
    std::cout << "Connected " << smtp.get(SMTP_COMPONENT_PROPERTY_CONNECTED) << "\n";
    smtp.result("disconnect", smtp_component_do_disconnect(smtp.handle));

    for (const char *keep : {"KeepQueue=False", "KeepQueue=True"}) {
        smtp.config(keep);
        std::cout << "queue " << smtp_component_do_queue(smtp.handle, queue) << "\n";
        smtp.result("processqueue", smtp_component_do_processqueue(smtp.handle, queue));
    }

    smtp.config("TLS=none");
    smtp.set(SMTP_COMPONENT_PROPERTY_USER, "");
    smtp.set(SMTP_COMPONENT_PROPERTY_MAIL_PORT, scriptedPort);
    smtp.result("expand", smtp_component_do_expand(smtp.handle, "staff"));
    smtp.set(SMTP_COMPONENT_PROPERTY_BCC, "refused@example.net");
    smtp.result("send", smtp_component_do_send(smtp.handle));
    smtp.result("sendtoterminalonly", smtp_component_do_sendtoterminalonly(smtp.handle));
    std::cout << "error " << smtp_component_get_last_error(smtp.handle) << "\n";
    smtp.result("resetheaders", smtp_component_do_resetheaders(smtp.handle));
    smtp.result("send", smtp_component_do_send(smtp.handle));

    smtp.set(SMTP_COMPONENT_PROPERTY_FROM, "app@app.example");
    smtp.set(SMTP_COMPONENT_PROPERTY_SEND_TO, "alice@example.net");
    smtp.set(SMTP_COMPONENT_PROPERTY_MAIL_PORT, hangingPort);
    smtp.forgetMail();
    std::thread other([&smtp] { smtp.interruptAtMail(); });
    smtp.result("send", smtp_component_do_send(smtp.handle));
    other.join();
    smtp.result("doevents", smtp_component_do_doevents(smtp.handle));
}
