// SPDX-License-Identifier: Apache-2.0
// smtpqd: reliable outbound mail from a queue directory

import MailTestKit
import Testing

@testable import MailMessage

@Suite("The value of a field with parameters")
struct ParameterizedValueTests {
    @Test(
        "is read as others write it",
        arguments: [
            ("text/plain", "text/plain", []), ("", "", []),
            (" Text/HTML ; Charset=UTF-8 ", "text/html", ["charset=UTF-8"]),
            ("a; b=\"c; \\\"d\\\"\"; e=f", "a", ["b=c; \"d\"", "e=f"]),
            ("a (comment; x=y); b=c (another (one))", "a", ["b=c"]),
            ("a; name=report(1).pdf", "a", ["name=report(1).pdf"]),
            ("a; name=my file.pdf; x=y", "a", ["name=my file.pdf", "x=y"]),
            ("a; b=\" c \"", "a", ["b= c "]), ("a; b=1; b=2", "a", ["b=1"]), ("a;;b=c;", "a", ["b=c"]),
            ("a; b", "a", []), ("a; =b", "a", []), ("a; b=", "a", ["b="]), ("a; b=\"open", "a", ["b=open"]),
            ("a; b=\"open\\", "a", ["b=open\\"]), ("a; (open", "a", []), ("a; (open\\", "a", []),
            ("a; f*=utf-8''Gr%C3%BC%C3%9Fe", "a", ["f=Grüße"]), ("a; f*=iso-8859-1'de'%FC", "a", ["f=ü"]),
            ("a; f*=%C3%BC", "a", ["f=ü"]), ("a; f*=x'y", "a", ["f=x'y"]),
            ("a; f*=koi8-r''%C3%BC", "a", ["f=ü"]),
            ("a; f*0=one; f*1=two", "a", ["f=onetwo"]), ("a; f*1=two; f*0=one; f*3=four", "a", ["f=onetwo"]),
            ("a; f*0*=utf-8''%C3; f*1*=%BC; f*2=%41", "a", ["f=ü%41"]),
            ("a; f=plain; f*=utf-8''%C3%BC", "a", ["f=ü"]), ("a; f*1=two", "a", []),
            ("a; f*99999999999999999999=x", "a", []), ("a; f*-1=x", "a", []),
            ("a; f*=utf-8''%zz%4", "a", ["f=%zz%4"]),
            ("a; f=\"=?utf-8?q?=C3=BC?=.txt\"", "a", ["f=ü.txt"]),
        ]
    )
    func read(_ text: String, _ value: String, _ parameters: [String]) {
        let found = ParameterizedValue(parsing: text)
        #expect(found.value == value)
        #expect(found.parameters.map { $0.name + "=" + $0.value } == parameters)
    }

    @Test(
        "is read back as it was written",
        arguments: MIMESamples.fileNames + ["", " ", "\t", "a b ", "\u{2028}ü"]
    )
    func roundTrip(_ name: String) {
        for charset in [nil] + TextCharset.allCases {
            for limit in [nil, 30, 76] {
                let value = ParameterizedValue("attachment", ["filename": name, "size": "1"])
                let field = HeaderFieldEncoder.parameterized(
                    "Content-Disposition",
                    value,
                    style: HeaderStyle(lineByteLimit: limit, charset: charset)
                )
                let header = HeaderBlock(parsing: Array((field + "\r\n\r\n").utf8))
                let found = ParameterizedValue(parsing: header.values(of: "Content-Disposition").joined())
                let isKept = charset != nil || !name.contains("=?")
                #expect(!isKept || found["filename"] == CharacterRules.withoutControls(name))
                #expect(found["size"] == "1")
                let lines = field.split(separator: "\r\n")
                if limit == 76, charset != nil { #expect(lines.allSatisfy { $0.utf8.count <= 90 }) }
            }
        }
    }

    @Test(
        "is read in a time that grows with its length alone",
        .timeLimit(.minutes(1)),
        arguments: [";", "a=b;", "(", "\"", "a*0=b;", "x", "\\", "*", "a*1000000=b;", "%41"]
    )
    func cost(_ unit: String) {
        for start in ["", "a; b=", "a; b=\"", "a; b*0*="] {
            let text = start + String(repeating: unit, count: (1 << 18) / unit.utf8.count)
            _ = ParameterizedValue(parsing: text)
        }
    }

    @Test("may be any text")
    func anyText() {
        let alphabet = Array("a*01;='\"\\()% =?utf-8")
        for seed in 0..<5000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? " "
            }
            let value = ParameterizedValue(parsing: String(text))
            #expect(Set(value.parameters.map(\.name)).count == value.parameters.count)
        }
    }
}
