//! The page behind the link of an invitation.

use reqwest::StatusCode;

use crate::support::Server;

#[tokio::test]
async fn the_page_of_an_invitation_lets_nothing_else_in() {
    let server = Server::start().await;
    let mut texts = Vec::new();
    let served = [
        ("/invite", "text/html"),
        ("/invite.js", "text/javascript"),
        ("/page.js", "text/javascript"),
        ("/page.css", "text/css"),
    ];
    for (path, kind) in served {
        let answer = server.client.get(format!("{}{path}", server.running.url)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let headers = answer.headers().clone();
        assert_eq!(headers["content-type"], format!("{kind}; charset=utf-8").as_str());
        let policy = headers["content-security-policy"].to_str().unwrap();
        for rule in [
            "default-src 'none'",
            "script-src 'self';",
            "frame-ancestors 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(
            (&headers["referrer-policy"], &headers["x-content-type-options"]),
            (&"no-referrer".parse().unwrap(), &"nosniff".parse().unwrap())
        );
        texts.push(answer.text().await.unwrap());
    }
    let [page, script, shared, _] = texts.as_slice() else { panic!("{texts:?}") };
    // What the policy would block, and what would make a page of a name or a server's words.
    assert!(!page.contains("style=") && !page.contains(" on") && !page.contains("<script>"), "{page}");
    for script in [script, shared] {
        for word in ["innerHTML", "document.write", "eval("] {
            assert!(!script.contains(word), "{script}");
        }
    }
    let posted = server.client.post(format!("{}/invite", server.running.url)).send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    server.running.shutdown().await;
}
