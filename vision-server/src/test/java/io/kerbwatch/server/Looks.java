package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.nio.file.Path;

/** What a page looks like, from the phone to the large screen. */
final class Looks {
    private static final int[][] SIZES = {{1920, 1080}, {390, 844}, {1280, 800}};

    private Looks() {}

    /** Fails if the page, or something of it, is wider than it can be at any size; with a folder named, keeps pictures. */
    static void look(Page page, String name) {
        String folder = System.getProperty("kerbwatch.test.screenshots", "");
        for (int[] size : SIZES) {
            page.setViewportSize(size[0], size[1]);
            assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                    .as(name + " is wider than " + size[0])
                    .isEqualTo(0);
            assertThat(page.evaluate("Math.max(0, ...[...document.querySelectorAll('main .scroll, dialog')]"
                            + ".map((e) => e.scrollWidth - e.clientWidth))"))
                    .as("something of " + name + " is wider than it can be at " + size[0])
                    .isEqualTo(0);
            if (!folder.isEmpty()) {
                page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(folder, name + "-" + size[0] + ".png")));
            }
        }
    }
}
